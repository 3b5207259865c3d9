import { describe, expect, test } from 'vitest'
import type { Client, Principal } from '../../contract/facts.ts'
import { memoryCounters } from '../../stores/memory/index.ts'
import { Bench, client, client6, read, request } from './limits.fixture.ts'

const ann = client('192.0.2.10')
const tiers = { free: '2/1m', pro: '5/1m' }
const user = (id: string, tier?: string): Principal => ({ id, tier, scopes: [] })

function open(written: unknown, bench = new Bench()) {
  const compiled = bench.compile(read({ general: 'off', api: written }))
  const send = (principal: Principal | undefined, from: Client = ann) => {
    const facts = request(from)
    facts.principal = principal
    return bench.play(compiled, facts, 200)
  }
  const admitted = (count: number, principal: Principal | undefined, from?: Client) =>
    Array.from({ length: count }, () => send(principal, from)).filter((said) => said === '200').length
  return { bench, compiled, admitted }
}

describe('tiers', () => {
  test('each has its rate, and each principal its own count, from whatever address', () => {
    const { admitted } = open({ tiers })
    expect(admitted(10, user('a', 'free'))).toBe(2)
    expect(admitted(10, user('b', 'pro'))).toBe(5)
    expect(admitted(10, user('b', 'pro'), client('198.51.100.1'))).toBe(0)
    expect(admitted(10, user('c', 'free'))).toBe(2)
  })

  test('a tier that the policy does not know has the strictest rate, not the default of whoever came first', () => {
    const { admitted } = open({ tiers })
    expect(admitted(10, user('a', 'platinum'))).toBe(2)
    expect(admitted(10, user('b'))).toBe(2)
    expect(admitted(10, user('c', 'constructor'))).toBe(2)
  })

  test('whoever is not recognised counts by address, at the rate or the strictest of the tiers', () => {
    expect(open({ tiers }).admitted(10, undefined)).toBe(2)
    const { admitted } = open({ rate: '1/1m', tiers })
    expect(admitted(10, undefined)).toBe(1)
    expect(admitted(10, user('192.0.2.10', 'pro'))).toBe(5)
  })

  test('unrecognised IPv6 clients share their /48, recognised ones do not', () => {
    const { admitted } = open({ rate: '1/1m', tiers })
    const guests = Array.from({ length: 50 }, (_, at) => admitted(1, undefined, client6(1, at)))
    expect(guests.filter((each) => each === 1)).toHaveLength(16)
    const users = Array.from({ length: 50 }, (_, at) => admitted(1, user(`u${at}`, 'free'), client6(1, at)))
    expect(users.filter((each) => each === 1)).toHaveLength(50)
  })

  test('headers tell of the rate that holds', () => {
    const { bench, compiled } = open({ tiers })
    const facts = request(ann)
    facts.principal = user('a', 'pro')
    bench.ask(compiled, facts)
    expect(bench.leave(compiled, facts, 200)).toMatchObject({
      'RateLimit-Policy': '"api";q=5;w=60',
      RateLimit: '"api";r=4;t=12',
    })
  })
})

describe('overrides', () => {
  test('hold without a restart, and end as they came', () => {
    const { bench, admitted } = open({ tiers })
    expect(admitted(10, user('a', 'free'))).toBe(2)
    bench.counters.overrides.set({ principal: 'a', limits: { api: { quota: 7, windowMs: 60_000 } } })
    expect(admitted(10, user('a', 'free'))).toBe(7)
    expect(admitted(10, user('b', 'free'))).toBe(2)
    bench.counters.overrides.remove('a')
    bench.nowMs = 60_000
    expect(admitted(10, user('a', 'free'))).toBe(2)
  })

  test('may give another tier', () => {
    const { bench, admitted } = open({ tiers })
    bench.counters.overrides.set({ principal: 'a', tier: 'pro' })
    expect(admitted(10, user('a', 'free'))).toBe(5)
  })

  test('for which the memory has no room are as if they were not there', () => {
    const bench = new Bench({ counters: memoryCounters({ maxBytes: 4 * 1024 * 1024 }) })
    const { admitted } = open({ tiers }, bench)
    for (let at = 0; at < 50; at++) {
      const limits = { api: { quota: 10 + at, windowMs: 60_000 } }
      bench.counters.overrides.set({ principal: `u${at}`, limits })
    }
    const counts = Array.from({ length: 50 }, (_, at) => admitted(100, user(`u${at}`, 'pro')))
    expect(counts[0]).toBe(10)
    expect(counts.at(-1)).toBe(2)
  })

  test('and a policy with more tiers than the memory has room for does not start', () => {
    const bench = new Bench({ counters: memoryCounters({ maxBytes: 2 * 1024 * 1024 }) })
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`t${at}`, `${at + 1}/1m`]))
    expect(() => open({ tiers: many }, bench)).toThrow(/maxBytes/)
  })

  test('are those of principals: an address that is called like one has none', () => {
    const { bench, admitted } = open({ rate: '1/1m', by: 'address' })
    bench.counters.overrides.set({ principal: '192.0.2.10', limits: { api: { quota: 9, windowMs: 60_000 } } })
    expect(admitted(10, undefined)).toBe(1)
  })
})

describe('rates that hold at times', () => {
  const when = [{ between: '22:00-06:00', days: 'mon-fri', zone: 'Europe/Berlin', rate: '5/1m' }]
  const at = (iso: string) =>
    open({ rate: '2/1m', when }, new Bench({ wallMs: Date.parse(iso) })).admitted(10, undefined)

  test.each([
    ['2026-01-05T12:00:00Z', 2],
    // 21:59 and 22:00 in Berlin, on a Monday in winter, and in summer.
    ['2026-01-05T20:59:59Z', 2],
    ['2026-01-05T21:00:00Z', 5],
    ['2026-07-06T19:59:59Z', 2],
    ['2026-07-06T20:00:00Z', 5],
    // The night from Friday to Saturday is Friday's, that from Sunday to Monday nobody's.
    ['2026-01-10T04:59:00Z', 5],
    ['2026-01-10T05:00:00Z', 2],
    ['2026-01-11T22:00:00Z', 2],
    ['2026-01-12T04:00:00Z', 2],
  ])('%s admits %i', (iso, count) => {
    expect(at(iso)).toBe(count)
  })
})

describe('what counts by principal', () => {
  test('by tier all of a tier together, by scope all who have the same', () => {
    const byTier = open({ rate: '3/1m', by: 'tier' })
    expect([
      byTier.admitted(2, user('a', 'free')),
      byTier.admitted(5, user('b', 'free')),
      byTier.admitted(5, user('c', 'pro')),
    ]).toEqual([2, 1, 3])
    const byScope = open({ rate: '3/1m', by: 'scope' })
    const scoped = (id: string, ...scopes: string[]): Principal => ({ id, tier: undefined, scopes })
    expect([byScope.admitted(2, scoped('a', 'x', 'y')), byScope.admitted(5, scoped('b', 'y', 'x'))]).toEqual([2, 1])
  })

  test('a refusal by principal leaves the charge by address, and code may count beside it', async () => {
    const bench = new Bench({ code: { tenantOf: async () => 'acme' } })
    const compiled = bench.compile(
      read({ general: 'off', tenant: { rate: '2/1m', by: { use: 'tenantOf' } }, ip: '9/1m' }),
    )
    const said = []
    for (let at = 0; at < 4; at++) {
      const facts = request(ann)
      expect(compiled.steps?.['limits.address']?.(facts)).toBeUndefined()
      said.push((await compiled.steps?.['limits.principal']?.(facts)) === undefined)
    }
    expect(said).toEqual([true, true, false, false])
    const facts = request(ann)
    bench.ask(compiled, facts)
    expect(facts.readings?.[0]?.remaining).toBe(4)
  })

  test('requests that wait for code at the same time do not count for each other', async () => {
    const waiting: ((text: string) => void)[] = []
    const bench = new Bench({ code: { tenantOf: () => new Promise<string>((resolve) => waiting.push(resolve)) } })
    const compiled = bench.compile(
      read({ general: 'off', tenant: { rate: '1/1m', by: [{ use: 'tenantOf' }, { header: 'x' }] } }),
    )
    expect(bench.mistakes).toEqual([])
    const send = () => compiled.steps?.['limits.principal']?.(request(ann))
    const all = [send(), send()]
    waiting[1]?.('b')
    waiting[0]?.('a')
    expect((await Promise.all(all)).map((each) => (each as { code: string }).code)).toEqual([
      'subject-missing',
      'subject-missing',
    ])
  })
})
