import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { verifyCompiled } from 'merlon/policy'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const updating = process.env['UPDATE'] === '1'

/** Runs the command line in a process of its own, as a user in the folder of the policies would. */
function merlon(words: string, folder = 'policies', env: Record<string, string> = {}): SpawnSyncReturns<string> {
  const { PATH = '' } = process.env
  return spawnSync(process.execPath, ['--import', 'tsx', at('bin.ts'), ...words.split(' ')], {
    cwd: at(`fixtures/${folder}`),
    env: { PATH, ...env },
    encoding: 'utf8',
  })
}

/** Holds what a command prints, and its exit status, to the file beside the policies. */
function compare(name: string, { status, stdout, stderr }: SpawnSyncReturns<string>): void {
  const file = at(`fixtures/printed/${name}.txt`)
  const printed = `${stdout}${stderr}exit status ${status}\n`
  if (updating) writeFileSync(file, printed)
  expect(printed).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '')
}

describe('merlon check', () => {
  test.each([
    ['check', 'check'],
    ['check-weak', 'check weak.yaml'],
    ['check-json', 'check weak.yaml --json --fail-on note'],
    ['check-print', 'check --print'],
    ['check-development', 'check merlon.yaml --env development --fail-on warning'],
    ['check-wrong', 'check wrong.yaml'],
    ['check-wrong-json', 'check wrong.yaml --json'],
    ['check-unknown-environment', 'check merlon.yaml --env prodution'],
    ['check-unknown-severity', 'check merlon.yaml --fail-on high'],
    ['check-escapes', 'check escapes.json'],
    ['check-hidden', 'check hidden.json'],
    ['check-both', 'check --print --compile out.json'],
    ['check-over-itself', 'check --compile ./merlon.yaml'],
  ])('%s', (name, words) => {
    compare(name, merlon(words))
  })

  test.each(['empty', 'ambiguous'])('in the folder %s asks which policy is meant', (folder) => {
    compare(`check-in-${folder}`, merlon('check', folder))
  })

  test('shows no value of a variable, whatever it prints', () => {
    const env = { SHOP_ORIGIN: 'https://hunter2.example' }
    for (const words of ['check', 'check --json', 'check --print']) {
      const { stdout, stderr } = merlon(words, 'policies', env)
      expect(stdout).toContain('SHOP_ORIGIN')
      expect(stdout + stderr).not.toContain('hunter2')
    }
  })

  test('takes the environment from its flag alone: what a build machine says of itself is not meant', () => {
    const { stdout } = merlon('check --json', 'policies', { NODE_ENV: 'development' })
    expect(JSON.parse(stdout)).toMatchObject({ environment: 'production', status: 'passed' })
  })
})

describe('merlon check --compile', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'merlon-compile-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('writes what every reader takes, and nothing beside it', async () => {
    const out = join(folder, 'policy.json')
    writeFileSync(out, 'what was there before')
    const { status, stdout } = merlon(`check --compile ${out}`, 'policies', { SHOP_ORIGIN: 'https://hunter2.example' })
    expect(status).toBe(0)
    const text = readFileSync(out, 'utf8')
    const { digest } = JSON.parse(text) as { digest: string }
    expect(stdout).toBe(`${out}  production, ${digest}\n`)
    expect(await verifyCompiled(text)).toEqual(JSON.parse(merlon('check --print').stdout))
    expect(text).not.toContain('hunter2')
    expect(readdirSync(folder)).toEqual(['policy.json'])
  })

  test('where nothing can be written says so', () => {
    const { status, stderr } = merlon(`check --compile ${join(folder, 'none', 'policy.json')}`)
    expect([status, stderr]).toEqual([2, expect.stringContaining('no file can be written there (ENOENT)')])
  })

  test('of a policy with mistakes leaves what is there', () => {
    const out = join(folder, 'kept.json')
    writeFileSync(out, 'kept')
    expect(merlon(`check wrong.yaml --compile ${out}`).status).toBe(2)
    expect(readFileSync(out, 'utf8')).toBe('kept')
  })
})

describe('merlon diff', () => {
  test.each([
    ['diff', 'diff merlon.yaml looser.yaml'],
    ['diff-json', 'diff merlon.yaml looser.yaml --json --fail-on looser'],
    ['diff-tighter', 'diff merlon.yaml tighter.yaml --fail-on looser'],
    ['diff-tighter-any', 'diff merlon.yaml tighter.yaml'],
    ['diff-same', 'diff merlon.yaml merlon.yaml'],
    ['diff-development', 'diff merlon.yaml tighter.yaml --env development'],
    ['diff-wrong', 'diff merlon.yaml wrong.yaml'],
    ['diff-one', 'diff merlon.yaml'],
  ])('%s', (name, words) => {
    compare(name, merlon(words))
  })
})
