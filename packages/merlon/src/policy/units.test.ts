import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { bytes, count, duration, parseBytes, parseDuration, parseRate, rate, word } from './units.ts'

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['15m', 900_000],
    ['1.5h', 5_400_000],
    ['30d', 2_592_000_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  test.each(['15', '15M', '1mo', '1y', '15 m', ' 15m', '-1m', '1e3s', '.5s', '1.5ms', `${'9'.repeat(30)}s`, ''])(
    '"%s" is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )
})

describe('sizes', () => {
  test.each([
    ['512b', 512],
    ['100kb', 102_400],
    ['1.5mb', 1_572_864],
    ['1gb', 1_073_741_824],
  ])('%s is %d bytes', (text, size) => {
    expect(parseBytes(text)).toBe(size)
  })

  test.each(['100', '100k', '1M', '1MB', '1Mb', '1mib', '0.3b', `${'9'.repeat(30)}kb`])('"%s" is none', (text) => {
    expect(parseBytes(text)).toBeUndefined()
  })
})

describe('rates', () => {
  test.each([
    ['5/15m', 5, 900_000],
    ['100/m', 100, 60_000],
    ['3/1.5h', 3, 5_400_000],
  ])('%s is %d in %d ms', (text, quota, windowMs) => {
    expect(parseRate(text)).toEqual({ quota, windowMs })
  })

  test.each(['5', '5/15', '5/15M', '0/15m', '5/0m', '1.5/1m', '5 / 15m', '-5/15m', '5/15m/2'])(
    '"%s" is none',
    (text) => {
      expect(parseRate(text)).toBeUndefined()
    },
  )
})

describe('what a schema says of a unit', () => {
  const said = (schema: z.ZodMiniType, value: unknown) => z.safeParse(schema, value).error?.issues[0]?.message

  test('a bare number is refused in the words of the unit', () => {
    expect(said(duration(), 15)).toMatch(/^a duration with its unit/)
    expect(said(bytes(), 1024)).toMatch(/^a size with its unit/)
    expect(said(rate(), 5)).toMatch(/^a rate such as/)
  })

  test('ranges are said in the unit', () => {
    expect(said(duration({ min: '1s', max: '1h' }), '2h')).toMatch(/, at least "1s", at most "1h"$/)
    expect(z.parse(duration({ min: '1s', max: '1h' }), '1h')).toBe(3_600_000)
    expect(said(bytes({ max: '10mb' }), '11mb')).toMatch(/, at most "10mb"$/)
  })

  test('counts are whole and within their range', () => {
    expect([0, 33, 1.5, Number.NaN, '5'].map((value) => said(count(1, 32), value))).toEqual(
      Array(5).fill('a whole number from 1 to 32'),
    )
    expect(z.parse(count(1, 32), 32)).toBe(32)
  })

  test('words are listed', () => {
    expect(said(word(['a', 'b']), 'c')).toBe('one of "a", "b"')
  })
})
