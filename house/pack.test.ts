import { spawnSync } from 'node:child_process'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Project } from './packed.ts'
import { read, root } from './tree.ts'

let project: Project

beforeAll(() => {
  project = new Project()
})

afterAll(() => project?.close())

const entries = Object.keys((JSON.parse(read('packages/merlon/package.json')) as { exports: object }).exports)
  .filter((key) => !key.endsWith('.json'))
  .map((key) => `merlon${key.slice(1)}`)

/** A server behind the packed guard, asked once: what it answers says whether the guard is there. */
const ASK = `
  const server = createServer(merlon({ size: '1kb' }).listener((req, res) => res.end('hello')))
  server.listen(0, '127.0.0.1', async () => {
    const url = 'http://127.0.0.1:' + server.address().port
    const small = await fetch(url)
    const large = await fetch(url, { method: 'POST', body: 'a'.repeat(5000) })
    console.log(small.status, await small.text(), small.headers.get('x-content-type-options'), large.status)
    server.close()
  })`
const ASKED = '200 hello nosniff 413\n'

const KIT = `
  const kit = testing()
  const guard = merlon({ limits: '2/1h' }, kit.options)
  const handle = guard.fetch(() => new Response('hello'))
  const ask = () => handle(new Request('https://api.example/', { headers: kit.from('203.0.113.7') }))`
const KIT_USE = `
  for (const _ of [1, 2, 3]) await expectAdmitted(await ask())
  kit.limits = 'enforce'
  for (const _ of [1, 2]) await expectAdmitted(await ask())
  await expectRefused(await ask(), 'rate-limited')`

describe('the packed library, in an empty project', () => {
  test('brings nothing else with it', () => {
    expect(project.installed()).toEqual(['merlon'])
  })

  test.each(entries)('%s can be imported and required, and gives the same names', (entry) => {
    project.write('names.mjs', `import * as it from '${entry}'\nconsole.log(Object.keys(it).sort().join())`)
    project.write('names.cjs', `console.log(Object.keys(require('${entry}')).sort().join())`)
    const names = project.run('names.mjs')
    expect(names).toMatch(/\w/)
    expect(project.run('names.cjs')).toBe(names)
  })

  test('works by import', () => {
    project.write('ask.mjs', `import { createServer } from 'node:http'\nimport { merlon } from 'merlon/node'\n${ASK}`)
    expect(project.run('ask.mjs')).toBe(ASKED)
  })

  test('works by require', () => {
    project.write(
      'ask.cjs',
      `const { createServer } = require('node:http')\nconst { merlon } = require('merlon/node')\n${ASK}`,
    )
    expect(project.run('ask.cjs')).toBe(ASKED)
  })

  test('works in a Jest test', () => {
    project.write(
      'shop.test.js',
      `const { createServer } = require('node:http')
       const { merlon } = require('merlon/node')
       test('the guard is there', async () => {
         const server = createServer(merlon({}).listener((req, res) => res.end('hello'))).listen(0, '127.0.0.1')
         await new Promise((resolve) => server.once('listening', resolve))
         const answer = await fetch('http://127.0.0.1:' + server.address().port)
         expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
         server.close()
       })`,
    )
    expect(() => project.tool('jest/bin/jest.js', '--rootDir', project.folder, '--forceExit')).not.toThrow()
  })

  test('is tested by its users: in Jest', () => {
    project.write(
      'kit.test.js',
      `const { merlon } = require('merlon/fetch')
       const { expectAdmitted, expectRefused, testing } = require('merlon/testing')
       ${KIT}
       test('limits are off, and can be asked for', async () => {${KIT_USE}})`,
    )
    expect(() => project.tool('jest/bin/jest.js', '--rootDir', project.folder, '--forceExit')).not.toThrow()
  })

  test.each([
    ['kit.mjs', 'import'],
    ['kit.cjs', 'require'],
  ])('in node:test, %s', (file, kind) => {
    const load = (names: string, from: string) =>
      kind === 'import' ? `import { ${names} } from '${from}'` : `const { ${names} } = require('${from}')`
    project.write(
      file,
      `${load('test', 'node:test')}
       ${load('merlon', 'merlon/fetch')}
       ${load('expectAdmitted, expectRefused, testing', 'merlon/testing')}
       ${KIT}
       test('limits are off, and can be asked for', async () => {${KIT_USE}})`,
    )
    // As a user's own would run: nobody has named an environment.
    const { NODE_ENV: _, ...env } = process.env
    const { status, stdout } = spawnSync(process.execPath, ['--test', file], {
      cwd: project.folder,
      env,
      encoding: 'utf8',
    })
    expect([status, stdout]).toEqual([0, expect.stringContaining('pass 1')])
  })

  test('works in a Worker', async () => {
    const entry = project.write(
      'worker.js',
      `import { merlon } from 'merlon/fetch'
       const guard = merlon({ cors: ['https://shop.example'] })
       export default { fetch: guard.fetch(async () => new Response('hello')) }`,
    )
    const bundle = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false, platform: 'neutral' })
    const worker = new Miniflare({
      modules: true,
      compatibilityDate: '2026-04-01',
      script: bundle.outputFiles[0]?.text ?? '',
      host: '127.0.0.1',
      port: 0,
    })
    try {
      const plain = await worker.dispatchFetch('https://api.example/')
      expect([plain.status, await plain.text(), plain.headers.get('x-content-type-options')]).toEqual([
        200,
        'hello',
        'nosniff',
      ])
      const foreign = { headers: { origin: 'https://evil.example' } }
      expect((await worker.dispatchFetch('https://api.example/', foreign)).status).toBe(403)
    } finally {
      await worker.dispose()
    }
  })

  test('tells how to get the commands, where they are not installed', () => {
    const { status, stderr } = spawnSync(process.execPath, ['node_modules/merlon/bin/merlon.mjs', 'check'], {
      cwd: project.folder,
      encoding: 'utf8',
    })
    expect(status).toBe(1)
    expect(stderr).toContain('npm install --save-dev @merlon/cli')
  })
})

describe('a start with merlon/express', () => {
  const LIMIT_MS = 15
  /** What node alone takes where the limit is meant as it stands; a slower machine is given as much more. */
  const NODE_MS = 40
  const PAIRS = 15

  const ways = [
    { how: 'imported', extension: 'mjs', load: "import 'merlon/express'", fs: "import { writeSync } from 'node:fs'" },
    {
      how: 'required',
      extension: 'cjs',
      load: "require('merlon/express')",
      fs: "const { writeSync } = require('node:fs')",
    },
  ]
  const TELL = 'const { user, system } = process.cpuUsage()\nwriteSync(1, String((user + system) / 1000))'

  /** The processor's time: other work stretches it far less than the clock's. */
  const cpuMs = (file: string) => Number(project.run(file))

  const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)
  const quantile = (numbers: readonly number[], part: number) =>
    sorted(numbers)[Math.floor((numbers.length - 1) * part)] ?? Number.NaN
  const said = (ms: number) => `${ms.toFixed(1)} ms`

  // Runs with and without it take turns, each pair in the other order than the last, so that what else the machine does
  // falls on both alike; one pair in two may be disturbed.
  test.each(ways)(`takes at most ${LIMIT_MS} ms more, $how`, ({ how, extension, load, fs }) => {
    const [bare, loaded] = [`bare.${extension}`, `loaded.${extension}`]
    project.write(bare, `${fs}\n${TELL}`)
    project.write(loaded, `${load}\n${fs}\n${TELL}`)
    const pairs = Array.from({ length: PAIRS }, (_, at) => {
      const [first, second] = at % 2 === 0 ? [bare, loaded] : [loaded, bare]
      const times = { [first]: cpuMs(first), [second]: cpuMs(second) }
      return { bare: times[bare] ?? Number.NaN, loaded: times[loaded] ?? Number.NaN }
    })
    const added = pairs.map((pair) => pair.loaded - pair.bare)
    const median = quantile(added, 0.5)
    const node = quantile(
      pairs.map((pair) => pair.bare),
      0.5,
    )
    const limit = LIMIT_MS * Math.max(1, node / NODE_MS)
    console.info(
      `merlon/express, ${how}, adds ${said(median)} to ${said(node)}, ${said(limit - median)} under the limit: the ` +
        `median of ${PAIRS} pairs, the middle half from ${said(quantile(added, 0.25))} to ${said(quantile(added, 0.75))}`,
    )
    expect(median).toBeLessThanOrEqual(limit)
  })

  test("loads none of node's modules but those that find packages", () => {
    project.write(
      'modules.cjs',
      `const before = new Set(process.moduleLoadList)
       require('merlon/express')
       const loaded = process.moduleLoadList.filter((each) => !before.has(each))
       console.log(loaded.filter((each) => !each.includes('internal/modules/')).join())`,
    )
    expect(project.run('modules.cjs')).toBe('\n')
  })
})

test('what is built is ASCII alone', () => {
  const beyond = project.built().filter(({ text }) => /[^\0-\x7f]/.test(text))
  expect(beyond.map(({ name }) => name)).toEqual([])
})

test('the tarball holds what is built and nothing of the sources', () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--workspace', 'merlon'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
  const outside = files.map(({ path }) => path).filter((path) => !path.startsWith('dist/'))
  expect(outside.sort()).toEqual(['LICENSE', 'NOTICE.md', 'README.md', 'bin/merlon.mjs', 'package.json'])
})
