import { describe, expect, test } from 'vitest'
import { formatPath } from './path.ts'
import { formatValue, quote } from './quote.ts'

describe('text in a message', () => {
  test('is quoted and cut where it is long', () => {
    expect(quote('a "b"')).toBe('"a \\"b\\""')
    expect(quote('x'.repeat(200))).toBe(`"${'x'.repeat(80)}…"`)
  })

  test('cannot move the cursor, colour the terminal or turn the line around', () => {
    expect(quote('\u001b[2J\u009b1m\u202eevil\u200b')).toBe('"\\u001b[2J\\u009b1m\\u202eevil\\u200b"')
    expect(formatPath(['routes', '\u202e/a'])).toBe('routes["\\u202e/a"]')
  })

  test('paths read as code does', () => {
    expect(formatPath(['routes', 'POST /auth/login', 'limits', 'login', 'burst'])).toBe(
      'routes["POST /auth/login"].limits.login.burst',
    )
    expect(formatPath(['cors', 'origins', 0])).toBe('cors.origins[0]')
    expect(formatPath([])).toBe('')
  })
})

describe('a value in a message', () => {
  test.each([
    [100, '100'],
    ['a', '"a"'],
    [true, 'true'],
    [null, 'nothing'],
    [undefined, 'nothing'],
    [[], 'an empty list'],
    [[1], 'a list'],
    [{}, 'an object'],
  ])('%j is told as %s', (value, told) => {
    expect(formatValue(value, ['limits', 'burst'])).toBe(told)
  })

  const hidden = 'a value that may be a secret and is not shown'

  test.each([
    ['secret', 'abc'],
    ['pepper', 12345],
    ['accessToken', 'abc'],
    ['password', 'abc'],
    ['apiKey', 'abc'],
  ])('what stands under %s is not shown', (key, value) => {
    expect(formatValue(value, ['section', key])).toBe(hidden)
  })

  test('nor is text anywhere below it', () => {
    expect(formatValue('abc', ['secrets', 'pepper', 0])).toBe(hidden)
  })

  test.each([
    'redis://user:hunter2@cache.example:6379',
    '-----BEGIN PRIVATE KEY-----',
    'sk_live_51Habcdefghijkl',
    'eyJhbGciOiJIUzI1NiJ9abcdef123',
    '3f786850e387550fdab836ed7e6dc881de23001b',
  ])('nor is text that looks like one, wherever it stands: %s', (text) => {
    expect(formatValue(text, ['cors', 'origins', 0])).toBe(hidden)
  })

  test('a number under a name that only sounds like a secret is shown', () => {
    expect(formatValue(100, ['limits', 'passwordReset', 'rate'])).toBe('100')
  })
})
