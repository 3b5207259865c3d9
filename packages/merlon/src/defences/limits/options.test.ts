import { describe, expect, test } from 'vitest'
import { mistakes, read, readRoute } from './limits.fixture.ts'

const GENERAL = {
  name: 'general',
  of: '*',
  mode: 'enforce',
  algorithm: 'gcra',
  quota: 100,
  windowMs: 900_000,
  burst: 100,
  cost: 1,
  by: [{ kind: 'address' }],
  overflowTimes: 16,
}

describe('what is written', () => {
  test('nothing written is a general limit by address, health checks apart', () => {
    expect(read({})).toEqual({
      mode: 'enforce',
      headers: 'standard',
      skip: ['/health', '/healthz', '/livez', '/readyz'],
      limits: [GENERAL],
    })
  })

  test('limits stand by name, whatever order they are written in', () => {
    const { limits } = read({
      'login-email': { rate: '5/15m', by: { body: 'email' } },
      login: '5/15m',
      both: { rate: '3/1h', by: [{ body: 'user.name', as: 'lower' }, 'address'], burst: 2, cost: 2 },
    })
    expect(limits.map(({ name, by }) => [name, by])).toEqual([
      ['both', [{ kind: 'address' }, { kind: 'body', field: 'user.name', as: 'lower' }]],
      ['general', [{ kind: 'address' }]],
      ['login', [{ kind: 'address' }]],
      ['login-email', [{ kind: 'body', field: 'email', as: 'email' }]],
    ])
    expect(limits[0]).toMatchObject({ quota: 3, windowMs: 3_600_000, burst: 2, cost: 2 })
  })

  test.each([
    ['10/1m', { limits: [{ ...GENERAL, quota: 10, burst: 10, windowMs: 60_000 }] }],
    ['off', { mode: 'off' }],
    [false, { mode: 'off' }],
    ['observe', { mode: 'observe' }],
    [{ general: 'off' }, { limits: [{ ...GENERAL, mode: 'off' }] }],
    [{ general: 'observe' }, { limits: [{ ...GENERAL, mode: 'observe' }] }],
    [{ headers: false }, { headers: 'off' }],
    [{ skip: ['/ping', '/alive', '/ping'] }, { skip: ['/alive', '/ping'] }],
  ])('%j is a shorthand', (written, expected) => {
    expect(read(written)).toMatchObject(expected)
  })

  test('a bare rate in a route stands beside the general limit, as its own', () => {
    const { limits } = readRoute('100/1h', '10/1m')
    expect(limits.map(({ name, of, quota }) => [name, of, quota])).toEqual([
      ['general', '*', 100],
      ['route', 'POST /auth/login', 10],
    ])
  })

  test('what a route changes is its own; what it only prices, observes or leaves alone is the policy’s', () => {
    const policy = { a: '5/1m', b: '5/1m', c: '5/1m', d: '5/1m', general: 'off' }
    const { limits } = readRoute(policy, { a: '4/1m', b: { cost: 5 }, c: 'observe' })
    expect(limits.map(({ name, of }) => [name, of])).toEqual([
      ['a', 'POST /auth/login'],
      ['b', '*'],
      ['c', '*'],
      ['d', '*'],
      ['general', '*'],
    ])
  })
})

describe('what is wrong is said', () => {
  test.each([
    [42, ': limits by their names, such as { general: "100/15m" }; a rate such as "100/15m"; "observe" or "off"'],
    ['often', 'general.rate: a rate such as "100/15m" or "5/1s"'],
    [{ general: '100 per minute' }, 'general.rate: a rate such as "100/15m" or "5/1s"'],
    [{ general: '5/1M' }, 'general.rate: a rate such as "100/15m" or "5/1s"'],
    [{ general: { max: 5 } }, 'general: unknown max'],
    [
      { Login: '5/15m' },
      'Login: the name of a limit in lower case letters, digits and single dashes, such as "login-email"',
    ],
    [{ genral: 'off' }, 'genral: a limit that has a rate, here or in the policy, such as { rate: "5/15m" }'],
    [{ a: { rate: '5/1m', cost: 6 } }, 'a.cost: a cost of at most the burst, 5: more is never admitted'],
    [{ a: { rate: '5/1m', burst: 0 } }, 'a.burst: a whole number from 1 to 1000000000'],
    [{ a: { rate: '1/30d', burst: 13 } }, 'a.burst: a burst that the rate gives back within 366 days'],
    [{ a: { rate: '5/400d' } }, 'a.rate: a rate with a window of at most 366 days'],
    [{ a: { rate: '2000000000/1d' } }, 'a.rate: a rate of at most 1000000000 a window'],
    [
      { a: { rate: '9999991/1s' } },
      'a.rate: a rate that can be kept to one percent, such as a round number in the same window',
    ],
    [
      { a: { rate: '5/1m', by: 'ip' } },
      'a.by: "address", "principal", a field such as { body: "email" }, code such as { use: "tenantOf" }, or a list of these that count together',
    ],
    [{ a: { rate: '5/1m', mode: 'on' } }, 'a.mode: one of "enforce", "observe", "off"'],
    [{ headers: 'x' }, 'headers: one of "standard", "legacy", "both", "off"'],
    [{ skip: ['health'] }, 'skip.0: a path to the letter, such as "/health"'],
    [{ skip: ['/files/*'] }, 'skip.0: a path to the letter, such as "/health"'],
  ])('%j', (written, expected) => {
    expect(mistakes(written)).toEqual([expected])
  })

  test('what a list counts by stands there once, and is not nothing', () => {
    for (const by of [[], ['address', 'address'], [{ body: 'a' }, { body: 'a', as: 'exact' }], [{ body: '' }]]) {
      expect(mistakes({ a: { rate: '5/1m', by } })).toHaveLength(1)
    }
  })

  test('a name of the prototype is no limit', () => {
    expect(mistakes(JSON.parse('{"__proto__": "5/1m"}'))).toEqual([])
    expect(read(JSON.parse('{"__proto__": "5/1m"}')).limits).toHaveLength(1)
    expect(read({ constructor: '5/1m' }).limits).toHaveLength(2)
  })
})
