import { describe, expect, test } from 'vitest'
import { Answer } from '../../contract/answer.ts'
import type { Counters, LimitSet } from '../../contract/counters.ts'
import type { Compiled } from '../../contract/defence.ts'
import { type Facts, unknownClient } from '../../contract/facts.ts'
import { Bench, client, client6, read, readRoute, request } from './limits.fixture.ts'

const MINUTE = 60_000
const LOGIN = { general: 'off', login: '5/15m', 'login-email': { rate: '5/15m', by: { body: 'email' } } }
const ann = client('192.0.2.10')

function headers(compiled: Compiled, facts: Facts): Record<string, string> {
  const answer = new Answer(200, [])
  compiled.leave?.(facts, answer)
  return Object.fromEntries(
    Array.from({ length: answer.list.length / 2 }, (_, at) => answer.list.slice(at * 2, at * 2 + 2)),
  )
}

describe('a limit by address', () => {
  test('admits its quota, then refuses with when to come back, and then admits again', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: '2/1m' }))
    for (const remaining of [1, 0]) {
      const facts = request(ann)
      expect(bench.ask(compiled, facts)).toBeUndefined()
      expect(headers(compiled, facts)).toEqual({
        'RateLimit-Policy': '"general";q=2;w=60',
        RateLimit: `"general";r=${remaining};t=30`,
      })
    }
    const facts = request(ann)
    expect(bench.ask(compiled, facts)).toEqual({
      kind: 'refuse',
      code: 'rate-limited',
      detail: 'Try again in 30 seconds.',
      reason: 'limits: general',
      headers: ['Retry-After', '30'],
      members: { 'violated-policies': ['general'] },
    })
    expect(headers(compiled, facts)['RateLimit']).toBe('"general";r=0;t=30')
    expect(bench.ask(compiled, request(client('192.0.2.11')))).toBeUndefined()
    bench.nowMs = 30_000
    expect(bench.ask(compiled, request(ann))).toBeUndefined()
  })

  test('needs no body, and neither reads one nor has the other step', () => {
    const compiled = new Bench().compile(read({}))
    expect([compiled.readsBody, compiled.steps?.['limits.body']]).toEqual([false, undefined])
  })

  test('counts clients of unknown address as one: none of them goes free', () => {
    const bench = new Bench()
    const compiled = bench.compile(read('1/1m'))
    expect(bench.ask(compiled, request(unknownClient))).toBeUndefined()
    expect(bench.ask(compiled, request({ ...unknownClient }))?.code).toBe('rate-limited')
  })

  test('holds a whole IPv6 site to sixteen times its quota', () => {
    const bench = new Bench()
    const compiled = bench.compile(read('2/1m'))
    let admitted = 0
    for (let subnet = 0; subnet < 100; subnet++) {
      const refusal = bench.ask(compiled, request(client6(1, subnet)))
      if (!refusal) admitted++
      else expect(refusal.members).toEqual({ 'violated-policies': ['general'] })
    }
    expect(admitted).toBe(32)
    const facts = request(client6(1, 200))
    bench.ask(compiled, facts)
    expect(headers(compiled, facts)['RateLimit']).toBe('"general";r=0;t=2')
    expect(bench.ask(compiled, request(client6(2, 0)))).toBeUndefined()
  })
})

describe('limits that are decided together', () => {
  test('all refuse or none is charged, and the answer names all that refused', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: '10/1m', hour: '2/1h', day: '2/1d' }))
    for (let turn = 0; turn < 2; turn++) bench.ask(compiled, request(ann))
    for (let turn = 0; turn < 50; turn++) {
      const facts = request(ann)
      const refusal = bench.ask(compiled, facts)
      expect(refusal?.members).toEqual({ 'violated-policies': ['day', 'hour'] })
      expect(refusal?.headers).toEqual(['Retry-After', '43200'])
      expect(headers(compiled, facts)['RateLimit']).toBe('"day";r=0;t=43200, "general";r=8;t=6, "hour";r=0;t=1800')
    }
  })

  test('a charge by address stands when the body is refused: guessing is not free', () => {
    const bench = new Bench()
    const compiled = bench.compile(read(LOGIN))
    for (let turn = 0; turn < 5; turn++) {
      const facts = request(ann, { email: ['ann@example.com'] })
      expect(bench.ask(compiled, facts)).toMatchObject({
        code: 'subject-missing',
        detail: 'The field email has to be a text.',
      })
      expect(headers(compiled, facts)['RateLimit']).toBe(`"login";r=${4 - turn};t=180`)
    }
    expect(bench.ask(compiled, request(ann, { email: 'ann@example.com' }))?.code).toBe('rate-limited')
  })
})

describe('a login limited by address and, apart, by e-mail', () => {
  test('stops many addresses that try one account, however they spell it', () => {
    const bench = new Bench()
    const compiled = bench.compile(read(LOGIN))
    expect(compiled.readsBody).toBe(true)
    const spellings = ['ann@example.com', 'ANN@example.com', ' Ann@Example.Com', 'ann@example.com\n', 'aNN@EXAMPLE.com']
    let passed = 0
    for (let at = 0; at < 200; at++) {
      const body = { email: spellings[at % spellings.length] }
      if (!bench.ask(compiled, request(client(`10.0.${at}.1`), body))) passed++
    }
    expect(passed).toBe(5)
  })

  test('stops one address that tries many accounts', () => {
    const bench = new Bench()
    const compiled = bench.compile(read(LOGIN))
    let passed = 0
    for (let at = 0; at < 200; at++) {
      if (!bench.ask(compiled, request(ann, { email: `user${at}@example.com` }))) passed++
    }
    expect(passed).toBe(5)
  })

  test('tells both limits, and of the one that was not reached only its policy', () => {
    const bench = new Bench()
    const compiled = bench.compile(read(LOGIN))
    const facts = request(ann, { email: 'ann@example.com' })
    bench.ask(compiled, facts)
    expect(headers(compiled, facts)).toEqual({
      'RateLimit-Policy': '"login";q=5;w=900, "login-email";q=5;w=900',
      RateLimit: '"login";r=4;t=180, "login-email";r=4;t=180',
    })
    const bare = request(ann, {})
    bench.ask(compiled, bare)
    expect(headers(compiled, bare)['RateLimit']).toBe('"login";r=3;t=180')
  })

  test('a pair counts apart from its address and its account', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: 'off', pair: { rate: '1/1m', by: ['address', { body: 'email' }] } }))
    expect(bench.ask(compiled, request(ann, { email: 'a' }))).toBeUndefined()
    expect(bench.ask(compiled, request(ann, { email: 'b' }))).toBeUndefined()
    expect(bench.ask(compiled, request(client('10.0.0.1'), { email: 'a' }))).toBeUndefined()
    expect(bench.ask(compiled, request(ann, { email: 'A' }))?.code).toBe('rate-limited')
  })
})

describe('routes', () => {
  test('share the policy’s limits and have their own apart', () => {
    const bench = new Bench()
    const policy = bench.compile(read('4/1m'))
    const one = bench.compile(readRoute('4/1m', '1/1m', 'POST /one'), 'POST /one')
    const two = bench.compile(readRoute('4/1m', '1/1m', 'POST /two'), 'POST /two')
    expect(bench.ask(one, request(ann))).toBeUndefined()
    expect(bench.ask(two, request(ann))).toBeUndefined()
    expect(bench.ask(one, request(ann))?.members).toEqual({ 'violated-policies': ['route'] })
    expect(bench.ask(policy, request(ann))).toBeUndefined()
    expect(bench.ask(policy, request(ann))).toBeUndefined()
    expect(bench.ask(policy, request(ann))?.code).toBe('rate-limited')
    expect(bench.ask(two, request(ann))?.members).toEqual({ 'violated-policies': ['general', 'route'] })
  })

  test('that cost more draw on the same counter', () => {
    const bench = new Bench()
    const policy = bench.compile(read('10/1m'))
    const search = bench.compile(readRoute('10/1m', { general: { cost: 6 } }, 'GET /search'), 'GET /search')
    expect(bench.ask(search, request(ann))).toBeUndefined()
    expect(bench.ask(search, request(ann))?.headers).toEqual(['Retry-After', '12'])
    expect(bench.ask(policy, request(ann))).toBeUndefined()
  })

  test('health checks are not counted, to the letter and when fetched alone', () => {
    const bench = new Bench()
    const compiled = bench.compile(read('1/1m'))
    const probe = request(ann, undefined, '/healthz', 'GET')
    for (let turn = 0; turn < 5; turn++) expect(bench.ask(compiled, probe)).toBeUndefined()
    expect(headers(compiled, probe)).toEqual({})
    expect(bench.ask(compiled, request(ann, undefined, '/healthz', 'POST'))).toBeUndefined()
    for (const path of ['/Healthz', '/healthz/', '/health/x']) {
      expect(bench.ask(compiled, request(ann, undefined, path, 'GET'))?.code).toBe('rate-limited')
    }
  })

  test('a health check that has limits of its own is counted', () => {
    const bench = new Bench()
    const compiled = bench.compile(readRoute({}, '1/1m', 'GET /health'), 'GET /health')
    bench.ask(compiled, request(ann, undefined, '/health', 'GET'))
    expect(bench.ask(compiled, request(ann, undefined, '/health', 'GET'))?.code).toBe('rate-limited')
  })
})

describe('modes', () => {
  test('off counts nothing and says nothing', () => {
    const compiled = new Bench().compile(read('off'))
    expect(compiled).toEqual({ steps: {}, limits: [], readsBody: false })
  })

  test('observe reports and changes nothing that a client sees', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: '9/1m', login: { rate: '1/1m', mode: 'observe' } }))
    for (let turn = 0; turn < 3; turn++) {
      const facts = request(ann)
      expect(bench.ask(compiled, facts)).toBeUndefined()
      expect(headers(compiled, facts)['RateLimit']).toBe(`"general";r=${8 - turn};t=7`)
      expect(headers(compiled, facts)['RateLimit-Policy']).toBe('"general";q=9;w=60')
    }
    expect(bench.reports.map(({ reason }) => reason)).toEqual(['limits: observed login', 'limits: observed login'])
  })

  test('a whole section in observe refuses nobody, also whose subject is missing', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ ...LOGIN, mode: 'observe' }))
    for (let turn = 0; turn < 7; turn++) expect(bench.ask(compiled, request(ann, {}))).toBeUndefined()
    expect(bench.reports.map(({ code }) => code)).toContain('rate-limited')
    expect(bench.reports.map(({ code }) => code)).toContain('subject-missing')
    expect(compiled.leave).toBeUndefined()
  })

  test('an observed limit never shares a counter with one that refuses', () => {
    const bench = new Bench()
    const observing = bench.compile(read({ general: { rate: '1/1m', mode: 'observe' } }))
    for (let turn = 0; turn < 5; turn++) bench.ask(observing, request(ann))
    expect(bench.ask(bench.compile(read('1/1m')), request(ann))).toBeUndefined()
  })

  test('what an enforced limit refuses does not come to the observed ones', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: '1/1m', login: { rate: '2/1m', mode: 'observe' } }))
    for (let turn = 0; turn < 5; turn++) bench.ask(compiled, request(ann))
    bench.nowMs = MINUTE
    expect(bench.ask(compiled, request(ann))).toBeUndefined()
    expect(bench.reports).toEqual([])
  })
})

describe('a store that answers later', () => {
  test('is waited for, and decides the same', async () => {
    const bench = new Bench()
    const inner = bench.counters
    const later: Pick<Counters, 'shared' | 'prepare'> = {
      shared: true,
      prepare: (limits) => {
        const set = inner.prepare(limits)
        const chargeNow = set.charge.bind(set)
        const charge: LimitSet['charge'] = (...given) => {
          const readings = chargeNow(...given)
          return Promise.resolve().then(() => readings)
        }
        return Object.assign(set, { charge })
      },
    }
    Object.assign(bench, { counters: later })
    const compiled = bench.compile(read({ general: '1/1m', watched: { rate: '1/1h', mode: 'observe' } }))
    const step = compiled.steps?.['limits.address']
    const facts = request(client6(1, 1))
    expect(await step?.(facts)).toBeUndefined()
    expect(headers(compiled, facts)['RateLimit']).toBe('"general";r=0;t=60')
    expect(await step?.(request(client6(1, 1)))).toMatchObject({ code: 'rate-limited' })
    bench.nowMs = MINUTE
    expect(await step?.(request(client6(1, 1)))).toBeUndefined()
    await new Promise((done) => setImmediate(done))
    expect(bench.reports.map(({ reason }) => reason)).toEqual(['limits: observed watched'])
  })
})
