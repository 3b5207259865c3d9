import { describe, expect, test } from 'vitest'
import { isOrigin } from './origin.ts'
import { parseOrigin } from './parse-origin.ts'

function expected(text: string): string {
  const origin = parseOrigin(text)
  return origin.kind === 'wrong' ? origin.expected : `accepted as ${origin.kind}`
}

function admits(text: string, origin: string): boolean {
  const parsed = parseOrigin(text)
  if (parsed.kind === 'wrong') throw new Error(parsed.expected)
  return parsed.kind === 'pattern' && isOrigin(origin) && parsed.expression.test(origin)
}

describe('an exact origin', () => {
  test.each([
    'https://app.example.com',
    'http://localhost:3000',
    'https://app.example.com:8443',
    'https://xn--mnchen-3ya.de',
    'http://192.0.2.7:8080',
    'http://[2001:db8::1]:8080',
    'capacitor://localhost',
    'ionic://localhost',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'moz-extension://0f0f0f0f-1111-2222-3333-444444444444',
  ])('is read as it stands: %s', (text) => {
    expect(parseOrigin(text)).toMatchObject({ kind: 'exact', text })
  })

  test.each([
    ['https://app.example.com/', 'write "https://app.example.com"'],
    ['https://app.example.com/path?q', 'without path or trailing slash: write "https://app.example.com"'],
    ['HTTPS://App.Example.com', 'write "https://app.example.com"'],
    ['https://app.example.com:443', 'write "https://app.example.com"'],
    ['http://app.example.com:80', 'write "http://app.example.com"'],
    ['https://user:secret@app.example.com', 'write "https://app.example.com"'],
    ['https://münchen.de', 'write "https://xn--mnchen-3ya.de"'],
    ['http://127.1', 'write "http://127.0.0.1"'],
    ['https://app.example.com\n', 'write "https://app.example.com"'],
    [' https://app.example.com', 'an origin with its scheme'],
    ['app.example.com', 'an origin with its scheme: write "https://app.example.com"'],
    ['//app.example.com', 'an origin with its scheme: write "https://app.example.com"'],
    ['wss://app.example.com', 'write "https://app.example.com"'],
    ['file:///home', 'browsers send "null"'],
    ['null', 'every sandboxed frame'],
    ['NULL', 'every sandboxed frame'],
    ['', 'an origin with its scheme'],
    ['https://', 'an origin such as'],
    ['https://a b', 'an origin such as'],
    ['https://a.example.com,https://b.example.com', 'an origin such as'],
    ['https://a.example.com https://b.example.com', 'an origin such as'],
    ['capacitor://localhost/', 'such as "capacitor://localhost"'],
    [`https://${'a'.repeat(300)}.example.com`, 'at most 300 characters'],
  ])('%j is a mistake that says what to write', (text, said) => {
    expect(expected(text)).toContain(said)
  })

  test('a mistake never repeats a password', () => {
    expect(expected('https://user:secret@app.example.com/')).not.toContain('secret')
  })
})

describe('a pattern', () => {
  test.each([
    ['https://*.example.com', 'https://app.example.com', true],
    ['https://*.example.com', 'https://example.com', false],
    ['https://*.example.com', 'https://.example.com', false],
    ['https://*.example.com', 'https://a.b.example.com', false],
    ['https://*.example.com', 'http://app.example.com', false],
    ['https://*.example.com', 'https://app.example.com:8443', false],
    ['https://*.example.com', 'https://app.example.com.evil.com', false],
    ['https://*.example.com', 'https://evilexample.com', false],
    ['https://*.example.com', 'https://app.exampleXcom', false],
    ['https://*.example.com', 'https://evil.com/.example.com', false],
    ['https://*.example.com', 'https://evil.com?.example.com', false],
    ['https://*.example.com', 'https://evil.com#.example.com', false],
    ['https://*.example.com', 'https://evil.com\\.example.com', false],
    ['https://*.example.com', 'https://evil@x.example.com', false],
    ['https://*.example.com', 'https://evil{.example.com', false],
    ['https://*.example.com', 'https://app.example.com\n', false],
    ['https://*.example.com', '\nhttps://app.example.com', false],
    ['https://*.example.com', 'https://APP.example.com', false],
    ['https://*.example.com', 'https://app.example.com.', false],
    ['https://*.example.com', 'https://äpp.example.com', false],
    ['https://*.example.com', `https://${'a'.repeat(64)}.example.com`, false],
    ['https://*.example.com:8443', 'https://app.example.com:8443', true],
    ['https://pr-*.example.com', 'https://pr-17.example.com', true],
    ['https://pr-*.example.com', 'https://pr-.example.com', false],
    ['https://pr-*-web.example.com', 'https://pr-17-web.example.com', true],
    ['http://localhost:*', 'http://localhost:5173', true],
    ['http://localhost:*', 'http://localhost', true],
    ['http://localhost:*', 'http://localhost:', false],
    ['http://localhost:*', 'http://localhost:80.evil.com', false],
    ['http://localhost:*', 'http://localhost:123456', false],
    ['http://localhost:*', 'http://localhost.evil.com:80', false],
    ['http://localhost:*', 'https://localhost:5173', false],
    ['http://127.0.0.1:*', 'http://127x0.0.1:80', false],
    ['http://[::1]:*', 'http://[::1]:3000', true],
  ])('%j asked about %j says %j', (pattern, origin, answer) => {
    expect(admits(pattern, origin)).toBe(answer)
  })

  test.each([
    ['https://*', 'needs credentials off'],
    ['https://*example.com', 'a dot after "*": write "https://*.example.com"'],
    ['https://app*.com/', 'write "https://app*.com"'],
    ['https://*.*.example.com', 'a pattern whose one "*"'],
    ['https://**.example.com', 'a pattern whose one "*"'],
    ['https://app.*.com', 'a pattern whose one "*"'],
    ['*://app.example.com', 'a pattern whose one "*"'],
    ['chrome-extension://*', 'a pattern whose one "*"'],
    ['https://example.com:*', 'a port in digits'],
    ['*.example.com', 'write "https://*.example.com"'],
    ['HTTPS://*.Example.com', 'write "https://*.example.com"'],
    ['https://*.example.com/', 'write "https://*.example.com"'],
    ['https://*@example.com', 'a pattern whose one "*"'],
  ])('%j is a mistake that says what to write', (text, said) => {
    expect(expected(text)).toContain(said)
  })
})
