import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { recorder } from '../adapters/node/server.fixture.ts'
import type { Counters, StoreEvent, StoreHost } from '../contract/counters.ts'
import { limit as expressLimit, merlon as merlonExpress } from '../express.ts'
import { merlon as merlonFetch } from '../fetch.ts'
import type { PolicyInput } from '../index.ts'
import { definePolicy } from '../index.ts'
import { merlon as merlonNode } from '../node.ts'
import { inspectPolicy } from '../policy.ts'
import { memoryCounters } from '../stores/memory/index.ts'

const SECRET = 'Zm9yIHRlc3RzIGFsb25lLCBkcmF3biBhdCByYW5kb206IDE'

/** A store that says what it was given, and what was asked of it. */
function store(more: Partial<Counters> = {}) {
  const called: string[] = []
  let host: StoreHost | undefined
  const counters = Object.assign(memoryCounters() as Counters, {
    name: 'fake',
    needsSecret: true,
    attach: (given: StoreHost) => {
      called.push('attach')
      host = given
    },
    ready: async () => void called.push('ready'),
    close: async () => void called.push('close'),
    ...more,
  })
  return { counters, called, host: () => host as StoreHost }
}

const hosts = [
  ['Express', merlonExpress],
  ['node:http', merlonNode],
  ['fetch', merlonFetch],
] as const

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is what one writes
const secrets = '${MERLON_SECRET}'
const env = { MERLON_SECRET: SECRET }

describe.each(hosts)('a guard in %s', (_, merlon) => {
  test('gives its store what it needs, before anything is prepared', async () => {
    const { counters, called, host } = store()
    const guard = merlon({ secrets, instances: 4 }, { counters, env, log: recorder().log })
    expect(called).toEqual(['attach'])
    expect([host().instances, host().secret?.length]).toEqual([4, 32])
    await guard.ready()
    await guard.close()
    expect(called).toEqual(['attach', 'ready', 'close'])
  })

  test('gives the same secret wherever it runs', () => {
    const given = hosts.map(([, each]) => {
      const { counters, host } = store()
      each({ secrets }, { counters, env, log: recorder().log })
      return Buffer.from(host().secret ?? []).toString('hex')
    })
    expect(new Set(given).size).toBe(1)
    expect(given[0]).toHaveLength(64)
  })

  test('does not start with a store that needs a secret, and says what to write', () => {
    const { counters } = store()
    expect(() => merlon({}, { counters, env: {} })).toThrow(
      /a secret, which the counters "fake" hash the subjects of limits with: a random secret .*: openssl rand -base64 32\n {2}write: secrets: '\$\{MERLON_SECRET\}'/,
    )
  })

  test('needs none with counters of its own', () => {
    expect(() => merlon({}, { env: {}, log: recorder().log })).not.toThrow()
  })

  test('tells what its store says of itself, once to the log and once to whoever listens', () => {
    const { counters, host } = store()
    const { log, lines } = recorder()
    const guard = merlon({ secrets }, { counters, env, log })
    const heard: StoreEvent[] = []
    guard.on('store', (event) => heard.push(event))
    const lost: StoreEvent = { kind: 'store-lost', store: 'fake', detail: 'connect ECONNREFUSED' }
    host().tell(lost)
    host().tell({ ...lost, kind: 'store-back' })
    expect(heard.map(({ kind }) => kind)).toEqual(['store-lost', 'store-back'])
    expect(lines.map(({ level, fields }) => [level, fields])).toEqual([
      ['warn', { event: 'store', ...lost }],
      ['info', { event: 'store', ...lost, kind: 'store-back' }],
    ])
  })

  test('says what is wrong with a secret without showing it', () => {
    const weak = { MERLON_SECRET: 'hunter2hunter2' }
    for (const written of [secrets, 'hunter2hunter2', { tag: { 1: 'hunter2hunter2' } }]) {
      let said = ''
      try {
        merlon({ secrets: written }, { env: weak, log: recorder().log })
      } catch (error) {
        said = String(error)
      }
      expect(said).toMatch(/secrets.*\n {2}expected a random secret of at least 32 bytes/)
      expect(said).not.toContain('hunter2')
    }
  })

  test('does not take a secret of the environment for one that stands in the policy', async () => {
    const { log, lines } = recorder()
    const policy: PolicyInput = { secrets }
    const guard = merlonFetch(policy, { env, log })
    await guard.fetch(() => new Response(''), { peer: () => '203.0.113.7' })(new Request('https://api.example/'))
    expect(lines.filter(({ fields }) => fields['code'] === 'secret-literal')).toEqual([])
    expect(JSON.stringify(lines)).not.toContain(SECRET)
  })
})

test('a secret in a file is read when it is first needed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'merlon-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'secret')
  const { counters, host } = store()
  const guard = merlonNode({ secrets: { root: { file } } }, { counters, env: {}, log: recorder().log })
  await expect(guard.ready()).rejects.toThrow(
    `the secret in ${file}: expected a file that this process may read (ENOENT)`,
  )
  writeFileSync(file, `${SECRET}\n`)
  await guard.ready()
  expect(host().secret).toHaveLength(32)
  expect(() => merlonFetch({ secrets: { root: { file } } }, { env: {} })).toThrow('this host reads no files')
})

test('a defence by itself takes the secret of its store from MERLON_SECRET', () => {
  const { counters, host } = store()
  expressLimit('5/15m', { counters, env, log: recorder().log })
  expect(host().secret).toHaveLength(32)
  expect(() => expressLimit('5/15m', { counters, env: {} })).toThrow('the variable "MERLON_SECRET" in the environment')
})

test('what is said of a policy without running it holds no secret', () => {
  const { canonical, findings } = inspectPolicy(definePolicy({ secrets: SECRET }), { environment: 'production' })
  expect(findings.map(({ code, severity }) => [code, severity])).toContainEqual(['secret-literal', 'critical'])
  expect(JSON.stringify([canonical, findings])).not.toContain(SECRET)
})
