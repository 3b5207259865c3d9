import { describe, expect, test } from 'vitest'
import { checkLimits } from './check.ts'
import { read, readRoute } from './limits.fixture.ts'

const EMAIL = { rate: '5/15m', by: { body: 'email' } }
const PAIR = { rate: '5/15m', by: ['address', { body: 'email' }] }

function ofPolicy(written: unknown): string[] {
  return checkLimits(read(written), true).map(({ code, severity }) => `${severity} ${code}`)
}

function ofRoute(route: unknown, key = 'POST /auth/login', policy: unknown = {}): string[] {
  return checkLimits(readRoute(policy, route, key), true, 'route', key).map(({ code }) => code)
}

describe('weak limits of a policy', () => {
  test.each([
    [{}, []],
    ['off', ['critical limits-off']],
    [{ general: 'off' }, ['critical limits-off']],
    ['observe', ['warning limits-observed']],
    [{ general: '200/1s' }, ['warning limit-very-large']],
    [{ general: { rate: '100/1m', burst: 20_000 } }, ['warning limit-very-large']],
    [{ a: { rate: '5/1m', by: { header: 'x' } } }, ['warning limit-field-everywhere']],
    [
      { general: 'off', a: { rate: '5/1m', by: { header: 'x' } } },
      ['critical limit-chosen-only', 'warning limit-field-everywhere'],
    ],
    [{ general: { rate: '5/1m', onFailure: 'open' } }, ['warning limit-open']],
    [{ a: { tiers: { free: '1/1m', pro: '9/1m' } } }, ['note limit-tier-unknown']],
    [{ a: { rate: '5/1m', tiers: { free: '1/1m', pro: '9/1m' } } }, ['warning limit-tier-loose']],
    [{ a: { rate: '200mb/1s', cost: 'bytes' } }, []],
    [{ a: { rate: '5/1m', by: ['principal', { header: 'x' }] } }, ['warning limit-field-everywhere']],
    [{ pair: PAIR, email: EMAIL }, ['warning limit-body-everywhere', 'warning limit-body-everywhere']],
  ])('%j', (written, expected) => {
    expect(ofPolicy(written)).toEqual(expected)
  })
})

describe('weak limits of a route', () => {
  test('a pair alone stops no attack from many addresses, and the finding says what to add', () => {
    expect(ofRoute({ pair: PAIR, login: '5/15m' }, 'POST /x')).toEqual(['limit-pair-only'])
    expect(ofRoute({ pair: PAIR, login: '5/15m', email: EMAIL })).toEqual([])
    const options = readRoute({}, { pair: PAIR }, 'POST /x')
    expect(checkLimits(options, true, 'route', 'POST /x')[0]?.write).toBe(
      'limits.pair-email: { rate: "5/15m", by: { body: "email" } }',
    )
  })

  test.each([
    'POST /login',
    'POST /auth/forgot-password',
    '/api/v1/sign-in',
    'POST,PUT /users/:id/password',
    'POST /2fa/verify',
    'POST /oauth/token',
  ])('%s is guessed at, so it needs a stricter limit', (key) => {
    expect(ofRoute({ headers: 'both' }, key)).toEqual(['limit-guessing'])
    expect(ofRoute('5/15m', key)).toEqual(['limit-guessing-distributed'])
    expect(ofRoute({ login: '5/15m', email: EMAIL }, key)).toEqual([])
  })

  test.each(['GET /login', 'POST /authors', 'POST /orders', 'GET,HEAD /auth/session', 'POST /tokenizer'])(
    '%s is not guessed at',
    (key) => {
      expect(ofRoute('50/15m', key)).toEqual([])
    },
  )

  test('a loose limit on a login is no stricter one', () => {
    expect(ofRoute('1000/1m')).toEqual(['limit-guessing'])
    expect(ofRoute({ login: { rate: '5/15m', mode: 'observe' } })).toEqual(['limit-guessing'])
  })

  test('a route without limits is said, less loudly than a policy without', () => {
    expect(checkLimits(readRoute({}, 'off', 'GET /x'), true, 'route', 'GET /x')[0]).toMatchObject({
      code: 'limits-off',
      severity: 'warning',
    })
  })
})

describe('limits of sign-ins', () => {
  test('by the preset nothing is weak', () => {
    expect(ofRoute('login')).toEqual([])
    expect(ofRoute({ preset: { name: 'login', account: { body: 'user' } } })).toEqual([])
    for (const preset of ['password-reset', 'send-code', 'one-time-code']) expect(ofRoute(preset)).toEqual([])
  })

  test('what counts successes alone stops no guess', () => {
    expect(ofRoute({ login: { rate: '5/15m', counts: 'successes' } })).toEqual(['limit-guessing'])
  })

  test('a redirect may be what a wrong password gets', () => {
    expect(ofRoute({ preset: 'login', 'login-account': { success: ['2xx', '3xx'] } })).toEqual([
      'limit-success-redirect',
    ])
    expect(ofRoute({ preset: 'login', 'login-account': { success: 302 } }, 'POST /x')).toEqual([])
  })
})

describe('limits by principal', () => {
  const check = (principal: object | undefined, routes: object[] = []) =>
    checkLimits(read({ a: { rate: '5/1m', by: 'principal' } }), true, 'policy', '*', { principal, routes }).map(
      ({ code }) => code,
    )

  test('count addresses where nobody is ever recognised', () => {
    expect(check({ mode: 'off' })).toEqual(['limit-nobody'])
    expect(check({ mode: 'enforce' })).toEqual([])
    expect(check({ mode: 'off' }, [{ principal: { mode: 'enforce' } }])).toEqual([])
    expect(check(undefined)).toEqual([])
  })
})
