import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatBytes, formatDuration, formatRate } from './format-units.ts'
import { parseBytes, parseDuration, parseRate } from './units.ts'

describe('numbers as a policy would write them', () => {
  test('in the largest unit that leaves nothing over', () => {
    expect([0, 1, 1023, 1024, 102_400, 1_048_576, 1_048_577].map(formatBytes)).toEqual([
      '0b',
      '1b',
      '1023b',
      '1kb',
      '100kb',
      '1mb',
      '1048577b',
    ])
    expect([250, 1000, 90_000, 900_000, 3_600_000, 31_536_000_000].map(formatDuration)).toEqual([
      '250ms',
      '1s',
      '90s',
      '15m',
      '1h',
      '365d',
    ])
    expect(formatRate(5, 900_000)).toBe('5/15m')
  })

  test('are read back as the same numbers', () => {
    const whole = fc.integer({ min: 1, max: 2 ** 45 })
    fc.assert(
      fc.property(whole, whole, (quota, value) => {
        expect(parseBytes(formatBytes(value))).toBe(value)
        expect(parseDuration(formatDuration(value))).toBe(value)
        expect(parseRate(formatRate(quota, value))).toEqual({ quota, windowMs: value })
      }),
    )
  })
})
