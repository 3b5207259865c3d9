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
  const MOST_MS = 15
  const TELL = "process.on('exit', () => console.log(Object.values(process.cpuUsage()).reduce((a, b) => a + b) / 1000))"

  /** The median of pairs, in processor time: what else runs on the machine takes none of it. */
  function addedMs(empty: string, loaded: string, pairs = 11): number {
    const differences = Array.from({ length: pairs }, () => time(loaded) - time(empty)).sort((a, b) => a - b)
    return differences[Math.floor(pairs / 2)] ?? Number.NaN
  }

  function time(file: string): number {
    return Number(project.run(file))
  }

  test.each([
    ['imported', 'mjs', "import 'merlon/express'"],
    ['required', 'cjs', "require('merlon/express')"],
  ])(`takes at most ${MOST_MS} ms more, %s`, (_, extension, code) => {
    project.write(`empty.${extension}`, TELL)
    project.write(`loaded.${extension}`, `${code}\n${TELL}`)
    // A neighbour on the same core slows it all the same, so a busy machine is asked again.
    let added = Number.POSITIVE_INFINITY
    for (let round = 0; round < 4 && added > MOST_MS; round++) {
      added = Math.min(added, addedMs(`empty.${extension}`, `loaded.${extension}`))
    }
    console.info(`merlon/express adds ${added.toFixed(1)} ms to a start (${extension})`)
    expect(added).toBeLessThanOrEqual(MOST_MS)
  })
})

test('with the commands installed, the launcher finds them', () => {
  const { status, stdout } = spawnSync(process.execPath, ['node_modules/merlon/bin/merlon.mjs', '--help'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect([status, stdout]).toEqual([0, expect.stringContaining('serve')])
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
