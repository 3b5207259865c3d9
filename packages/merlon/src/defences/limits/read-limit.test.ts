import { describe, expect, test } from 'vitest'
import { mistakes, read } from './limits.fixture.ts'

function limit(written: unknown) {
  const { of, mode, overflowTimes, name, ...rest } =
    read({ general: 'off', a: written }).limits[0] ?? expect.unreachable()
  return rest
}

describe('how a limit is written', () => {
  test.each([
    [
      { rate: '5/15m', strict: true },
      { algorithm: 'strict', quota: 5 },
    ],
    [
      { rate: '5/15m', algorithm: 'strict' },
      { algorithm: 'strict', quota: 5 },
    ],
    [
      { rate: '100/1h', algorithm: 'sliding-window' },
      { algorithm: 'sliding-window', burst: 100 },
    ],
    [
      { rate: '100/1h', algorithm: 'fixed-window' },
      { algorithm: 'fixed-window', windowMs: 3_600_000 },
    ],
    [
      { rate: '10000/month', algorithm: 'fixed-window' },
      { windowMs: 31 * 86_400_000, calendar: { unit: 'month', zone: 'UTC' } },
    ],
    [
      { rate: '10/1d', algorithm: 'fixed-window', zone: 'Europe/Berlin' },
      { windowMs: 26 * 3_600_000, calendar: { unit: 'day', zone: 'Europe/Berlin' } },
    ],
    [
      { rate: '100mb/1h', cost: 'bytes' },
      { quota: 102_400, burst: 102_400, cost: 'bytes' },
    ],
    [{ rate: '60/1m', cost: 'operations' }, { cost: 'operations' }],
    [
      { rate: '5/1m', counts: 'failures' },
      { counts: 'failures', success: [2] },
    ],
    [{ rate: '5/1m', counts: 'failures', success: ['3xx', '2xx', 304] }, { success: [2, 3, 304] }],
    [{ rate: '5/1m', counts: 'handler' }, { counts: 'handler' }],
    [{ rate: '5/1m', by: { body: 'user' }, counts: 'failures', known: '30d' }, { knownMs: 30 * 86_400_000 }],
    [
      { rate: '5/1m', onFailure: 'closed', counting: 'leased' },
      { onFailure: 'closed', counting: 'leased' },
    ],
    [{ rate: '5/1m', onFailure: 'local', counting: 'exact', counts: 'all', strict: false, known: false }, { quota: 5 }],
    [{ rate: '5/1m', by: { header: 'X-Tenant' } }, { by: [{ kind: 'header', field: 'x-tenant', as: 'email' }] }],
    [{ rate: '5/1m', by: { prefix: 24 } }, { by: [{ kind: 'prefix', ipv4: 24, ipv6: 48 }] }],
    [
      { rate: '5/1m', by: ['principal', { use: 'tenantOf' }] },
      { by: [{ kind: 'code', use: 'tenantOf' }, { kind: 'principal' }] },
    ],
  ])('%j', (written, expected) => {
    expect(limit(written)).toMatchObject(expected)
  })

  test('a cell of a limit on sign-ins holds no more than one subject', () => {
    expect(read({ a: { rate: '5/1m', authentication: true } }).limits[0]).toMatchObject({
      authentication: true,
      overflowTimes: 1,
    })
  })

  test('tiers are those of principals; who has none gets the rate, or else the strictest of them', () => {
    const tiers = { pro: '100/1m', free: '10/1m', enterprise: '1000/1m' }
    expect(limit({ tiers })).toMatchObject({
      quota: 10,
      by: [{ kind: 'principal' }],
      tiers: [
        { tier: 'enterprise', quota: 1000, windowMs: 60_000, burst: 1000 },
        { tier: 'free', quota: 10 },
        { tier: 'pro', quota: 100 },
      ],
    })
    expect(limit({ rate: '5/1m', tiers })).toMatchObject({ quota: 5 })
    expect(read({ general: { tiers } }).limits[0]).toMatchObject({ name: 'general', quota: 10 })
  })

  test('rates that hold at times of the day', () => {
    const night = { between: '22:00-06:00', days: 'mon-fri', zone: 'Europe/Berlin', rate: '1000/1m' }
    expect(limit({ rate: '100/1m', when: night })).toMatchObject({
      when: [{ fromMinute: 1320, toMinute: 360, days: [1, 2, 3, 4, 5], zone: 'Europe/Berlin', quota: 1000 }],
    })
    expect(
      limit({ rate: '100/1m', when: [{ between: '00:00-12:00', days: 'sat,sun,fri-mon', rate: '1/1m' }] }),
    ).toMatchObject({
      when: [{ days: [1, 5, 6, 7], zone: 'UTC' }],
    })
  })

  test('presets are the limits that they stand for, and what is written beside them lies over them', () => {
    const names = (written: unknown) => read(written, 'route').limits.map(({ name }) => name)
    expect(names({ preset: 'login' })).toEqual(['general', 'login-account', 'login-address', 'login-pair'])
    expect(names('login')).toEqual(names({ preset: 'login' }))
    const account = { name: 'login', account: { body: 'user.name', as: 'lower' } }
    const own = read(
      { preset: account, 'login-account': { rate: '3/1h' }, 'login-pair': 'off', penalty: 'off' },
      'route',
    )
    expect(own.limits.find(({ name }) => name === 'login-account')).toMatchObject({
      quota: 3,
      algorithm: 'strict',
      counts: 'failures',
      knownMs: 90 * 86_400_000,
      by: [{ kind: 'body', field: 'user.name', as: 'lower' }],
    })
    expect(own.limits.find(({ name }) => name === 'login-pair')).toMatchObject({ mode: 'off' })
    expect(own.penalties).toBeUndefined()
  })

  test('a penalty has growing bans', () => {
    const penalty = { after: 10, within: '10m', ban: ['1m', '10m'] }
    expect(read({ penalty }).penalties).toEqual([
      { of: '*', after: 10, withinMs: 600_000, banMs: [60_000, 600_000], forgetMs: 86_400_000, status: 429 },
    ])
    expect(read({ penalty: { ...penalty, ban: '1h', forget: '7d', status: 403 } }).penalties?.[0]).toMatchObject({
      banMs: [3_600_000],
      forgetMs: 604_800_000,
      status: 403,
    })
    expect(read({ penalty: false }).penalties).toBeUndefined()
  })
})

describe('what does not fit together is said', () => {
  const account = { body: 'email' }
  test.each([
    [
      { rate: '33/1h', strict: true },
      'rate: a rate of at most 32 a window, since "strict" keeps the time of each; or algorithm: "sliding-window"',
    ],
    [{ rate: '5/1h', strict: true, algorithm: 'gcra' }, 'strict: one of strict: true and another algorithm'],
    [
      { rate: '5/1h', algorithm: 'sliding-window', burst: 2 },
      'burst: no burst: algorithm "sliding-window" admits its whole quota at once',
    ],
    [
      { rate: '10/month' },
      'rate: a rate such as "100/15m" or "5/1s"; windows of the calendar stand beside algorithm: "fixed-window"',
    ],
    [
      { rate: '10/2month', algorithm: 'fixed-window' },
      'rate: a rate a "minute", "hour", "day", "week" or "month", such as "10000/month", for a window of the calendar',
    ],
    [
      { rate: '10/15m', algorithm: 'fixed-window', zone: 'UTC' },
      'rate: a rate a "minute", "hour", "day", "week" or "month", such as "10000/month", for a window of the calendar',
    ],
    [
      { rate: '10/1h', zone: 'Europe/Berlin' },
      'zone: a zone beside algorithm: "fixed-window", whose windows follow the calendar',
    ],
    [
      { rate: '10/day', algorithm: 'fixed-window', zone: 'Berlin' },
      'zone: the name of a time zone, such as "Europe/Berlin"',
    ],
    [{ rate: '10mb/1h' }, 'rate: a rate such as "100/15m" or "5/1s"; one in bytes stands beside cost: "bytes"'],
    [{ rate: '10/1h', cost: 'bytes' }, 'rate: a rate in bytes, such as "100mb/1h"'],
    [{ rate: '10/1h', cost: 'all' }, 'cost: a whole number from 1 to 1000000000, "bytes" or "operations"'],
    [{ rate: '10/1h', success: 204 }, 'success: statuses of success beside counts: "failures"'],
    [{ rate: '10/1h', counts: 'failures', success: 401 }, 'success: "2xx", "3xx", or statuses from 200 to 399'],
    [
      { rate: '10/1h', counting: 'leased', counts: 'failures' },
      'counting: "exact": what may be given back is counted exactly',
    ],
    [
      { rate: '10/1h', counting: 'leased', authentication: true },
      'counting: "exact": a limit on sign-ins is counted exactly',
    ],
    [
      { rate: '10/1h', onFailure: 'open', authentication: true },
      'onFailure: "local" or "closed": whoever stops the store could guess on',
    ],
    [{ rate: '10/1h', by: account, known: '30d' }, 'known: known clients beside counts: "failures"'],
    [
      { rate: '10/1h', counts: 'failures', known: '30d' },
      'known: known clients on a limit by account alone, such as by: { body: "email" }',
    ],
    [
      { tiers: { pro: '10/1m' }, by: 'address' },
      'by: principal among what is counted by: tiers are those of principals',
    ],
    [{ tiers: { pro: 'many' } }, 'tiers.pro: a rate such as "100/15m" or "5/1s"'],
    [{ tiers: { pro: '10/1m' }, burst: 5 }, 'burst: no burst beside tiers: each rate has its own'],
    [
      { rate: '1/1m', tiers: { pro: '10/1m' }, when: { between: '01:00-02:00', rate: '1/1m' } },
      'when: one of tiers and when',
    ],
    [
      { rate: '1/1m', when: { between: '1-2', rate: '1/1m' } },
      'when.0.between: times of the day such as "22:00-06:00"',
    ],
    [
      { rate: '1/1m', when: { between: '01:00-02:00', days: 'funday', rate: '1/1m' } },
      'when.0.days: days such as "mon-fri" or "sat,sun"',
    ],
    [{ rate: '1/1m', by: ['address', { prefix: 24 }] }, 'by: the address or a network of it, not both'],
  ])('%j', (written, expected) => {
    expect(mistakes({ a: written })).toEqual([`a.${expected}`])
  })

  test.each([
    [{ preset: 'sign-in' }, /^preset: one of "login", "password-reset"/],
    [{ preset: { name: 'login' } }, /^preset/],
    [{ penalty: { after: 10, within: '10m', ban: ['1h', '1m'] } }, /^penalty\.ban: durations that grow/],
    [{ penalty: { after: 10 } }, /^penalty/],
    [{ penalty: { after: 10, within: '10m', ban: '1h', status: 404 } }, /^penalty\.status: 429 or 403/],
  ])('%j', (written, expected) => {
    expect(mistakes(written)).toEqual(expect.arrayContaining([expect.stringMatching(expected)]))
  })
})
