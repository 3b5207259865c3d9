import { expect, test } from 'vitest'
import { defaultLimits, defaultTimeouts, fill } from './options.ts'

test('what is not given is the default', () => {
  expect(fill('timeouts', defaultTimeouts, undefined)).toEqual(defaultTimeouts)
  expect(fill('timeouts', defaultTimeouts, { headersMs: 5 })).toEqual({ ...defaultTimeouts, headersMs: 5 })
})

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '5' as unknown as number])(
  '%s is no time-out',
  (value) => {
    expect(() => fill('timeouts', defaultTimeouts, { headersMs: value })).toThrow(
      'timeouts.headersMs: expected a whole number',
    )
  },
)

test('an unknown name is a mistake, and the known ones are named', () => {
  const given = { headerMs: 5 } as Partial<typeof defaultTimeouts>
  expect(() => fill('timeouts', defaultTimeouts, given)).toThrow(/^timeouts: expected one of headersMs, bodyIdleMs/)
})

test('the defaults leave the client longer than the load balancer in front, and the upstream less than it keeps', () => {
  expect(defaultTimeouts.keepAliveMs).toBeGreaterThan(60_000)
  expect(defaultTimeouts.upstreamKeepAliveMs).toBeLessThan(5_000)
  expect(defaultLimits.headerCount).toBeLessThanOrEqual(100)
})
