import { describe, expect, test } from 'vitest'
import { isOrigin } from './origin.ts'
import { parseOrigin } from './parse-origin.ts'

function expected(text: string): string {
  const origin = parseOrigin(text)
  return origin.kind === 'wrong' ? origin.expected : `accepted as ${origin.kind}`
}

function admits(text: string, origin: string): boolean {
  const parsed = parseOrigin(text)
  if (parsed.kind !== 'pattern') throw new Error(expected(text))
  return isOrigin(origin) && parsed.expression.test(origin)
}

describe('an expression', () => {
  test.each([
    [String.raw`/^https:\/\/[a-z0-9-]+\.example\.com$/`, 'https://app.example.com', true],
    [String.raw`/^https:\/\/[a-z0-9-]+\.example\.com$/`, 'https://a.b.example.com', false],
    [String.raw`/^https:\/\/[a-z0-9-]+\.example\.com$/`, 'https://app.example.com\n', false],
    [String.raw`/^https:\/\/[a-z0-9-]+\.example\.com$/`, 'https://app.example.com.evil.com', false],
    [String.raw`/^https:\/\/[a-z0-9.-]+\.example\.com$/`, 'https://a.b.example.com', true],
    [String.raw`/^https:\/\/([a-z0-9-]+\.)?example\.com$/`, 'https://example.com', true],
    [String.raw`/^https:\/\/([a-z0-9-]+\.)?example\.com$/`, 'https://app.example.com', true],
    [String.raw`/^https:\/\/([a-z0-9-]+\.)?example\.com$/`, 'https://evilexample.com', false],
    [String.raw`/^https?:\/\/(?:app|admin)\.example\.(com|org)(:\d+)?$/`, 'http://admin.example.org:8080', true],
    [
      String.raw`/^https?:\/\/(?:app|admin)\.example\.(com|org)(:\d+)?$/`,
      'http://admin.example.org:80.evil.com',
      false,
    ],
    [String.raw`/^http:\/\/localhost(:[0-9]{1,5})?$/`, 'http://localhost:5173', true],
    ['/^https://[\\w-]+\\.example\\.com$/', 'https://app.example.com', true],
    ['/^https://[\\w-]+\\.example\\.com$/', 'https://APP.example.com', false],
  ])('%s asked about %j says %j', (expression, origin, answer) => {
    expect(admits(expression, origin)).toBe(answer)
  })

  test.each([
    [String.raw`/https:\/\/app\.example\.com$/`, 'anchored at both ends'],
    [String.raw`/^https:\/\/app\.example\.com/`, 'anchored at both ends'],
    [String.raw`/^https:\/\/app\.example\.com\$/`, 'anchored at both ends'],
    [String.raw`/\.example\.com$/`, 'anchored at both ends'],
    [String.raw`/^https:\/\/app.example\.com$/`, 'every dot escaped'],
    [String.raw`/^https:\/\/.*\.example\.com$/`, 'every dot escaped'],
    [String.raw`/^https:\/\/a\.com$|^https:\/\/b\.com$/`, 'only lower-case letters'],
    [String.raw`/^https:\/\/a\.com|https:\/\/b\.com$/`, 'alternatives within a group'],
    [String.raw`/^https:\/\/app\.example\.com$/i`, 'without flags'],
    [String.raw`/^https:\/\/app\.example\.com$/m`, 'without flags'],
    [String.raw`/^https:\/\/[^.]+\.example\.com$/`, 'never [^…]'],
    [String.raw`/^https:\/\/[.-_]+\.example\.com$/`, 'only lower-case letters'],
    [String.raw`/^https:\/\/[z-a]\.example\.com$/`, 'out of order'],
    [String.raw`/^https:\/\/a{3,2}\.example\.com$/`, 'out of order'],
    [String.raw`/^https:\/\/[a-z.-]+example\.com$/`, 'after an escaped dot'],
    [String.raw`/^https:\/\/[a-z]*example\.com$/`, 'after an escaped dot'],
    [String.raw`/^https:\/\/[a-z-]+\.com$/`, 'after an escaped dot'],
    [String.raw`/^https:\/\/app\.example\.[a-z]+$/`, 'after an escaped dot'],
    [String.raw`/^https:\/\/app\.example\.com(\.[a-z]+)?$/`, 'after an escaped dot'],
    [String.raw`/^https:\/\/([a-z]+\.|[a-z]+)example\.com$/`, 'after an escaped dot'],
    [String.raw`/^[a-z]+:\/\/app\.example\.com$/`, 'begins with a scheme in full'],
    [String.raw`/^(https|http):\/\/app\.example\.com$/`, 'begins with a scheme in full'],
    [String.raw`/^https:\/\/$/`, 'after an escaped dot'],
    [String.raw`/^https:\/\/([a-z]+)+\.example\.com$/`, 'no repeated group'],
    [String.raw`/^https:\/\/(a|aa)*\.example\.com$/`, 'no repeated group'],
    [String.raw`/^https:\/\/(?=a)a\.example\.com$/`, 'groups written'],
    [String.raw`/^https:\/\/(?<n>a)\.example\.com$/`, 'groups written'],
    [String.raw`/^https:\/\/(a\.example\.com$/`, 'opened and closed'],
    [String.raw`/^https:\/\/a)\.example\.com$/`, 'opened and closed'],
    [String.raw`/^https:\/\/[a-z]+?\.example\.com$/`, 'one quantifier'],
    [String.raw`/^https:\/\/[a-z]+[a-z]+[a-z]+\.example\.com$/`, 'at most 2 parts'],
    [String.raw`/^https:\/\/a?b?c?d?\.example\.com$/`, 'at most 3 optional'],
    [String.raw`/^https:\/\/(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)\.example\.com$/`, 'fewer alternatives'],
    [String.raw`/^https:\/\/\u0061\.example\.com$/`, 'only lower-case letters'],
    ['/^https', 'between slashes'],
  ])('%s is a mistake that says why', (text, said) => {
    expect(expected(text)).toContain(said)
  })

  test('the slowest that is accepted decides on the longest origin at once', () => {
    const slow = String.raw`/^https:\/\/(a?a?[a-z.-]+[a-z.-]+\.)?example\.com$/`
    const origin = `https://${'a'.repeat(290)}`
    const started = performance.now()
    for (let run = 0; run < 20; run++) expect(admits(slow, origin)).toBe(false)
    expect((performance.now() - started) / 20).toBeLessThan(25)
  })
})
