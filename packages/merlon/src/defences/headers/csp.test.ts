import { describe, expect, test } from 'vitest'
import { compileCsp, cspOf } from './csp.ts'
import { answer, mistakes, read } from './testing.fixture.ts'

const csp = (written: unknown, nonce?: string) =>
  answer(read(written), nonce === undefined ? {} : { nonce }).get('content-security-policy')

describe('the policy', () => {
  test('of an API admits nothing', () => {
    expect(csp({})).toBe("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
  })

  test('of pages admits what is their own', () => {
    expect(csp('pages')).toBe(
      "default-src 'self'; base-uri 'none'; font-src 'self' data:; form-action 'self'; frame-ancestors 'self'; " +
        "img-src 'self' data:; object-src 'none'; script-src 'self'; script-src-attr 'none'; style-src 'self'; " +
        'upgrade-insecure-requests',
    )
  })

  test('is the preset’s, but for the directives that are written', () => {
    expect(
      csp({ csp: { 'img-src': ['https://img.example.com'], 'form-action': 'off', 'default-src': ["'self'"] } }),
    ).toBe("default-src 'self'; base-uri 'none'; frame-ancestors 'none'; img-src https://img.example.com")
  })

  test('can be off, and the handler’s own stands', () => {
    expect(csp({ csp: 'off' })).toBeUndefined()
    const own = ['content-security-policy', "default-src 'self'"]
    expect(answer(read({}), { own }).get('content-security-policy')).toBe("default-src 'self'")
    expect(answer(read('pages'), { own, nonce: 'abc' }).get('content-security-policy')).toBe("default-src 'self'")
  })

  test('can be tried beside the one that holds', () => {
    const sent = answer(read({ preset: 'pages', cspReportOnly: { 'script-src': ["'nonce'"], sandbox: [] } }), {
      nonce: 'n1',
    })
    expect(sent.get('content-security-policy')).toContain("script-src 'self' 'nonce-n1'")
    expect(sent.get('content-security-policy-report-only')).toContain("script-src 'nonce-n1'")
    expect(sent.get('content-security-policy-report-only')).not.toMatch(/upgrade|sandbox/)
  })
})

describe('the nonce', () => {
  test('stands wherever it is written, once the handler has used it', () => {
    const text = csp('pages', 'bm9uY2U=')
    expect(text).toContain("script-src 'self' 'nonce-bm9uY2U='")
    expect(text).toContain("style-src 'self' 'nonce-bm9uY2U='")
  })

  test('left unused admits no more than used', () => {
    const policy = { 'script-src': ["'nonce'", "'unsafe-inline'"], 'style-src': ["'self'", "'nonce'"] }
    expect(compileCsp([policy]).plain).toBe("script-src 'none'; style-src 'self'")
  })

  test('stands in every policy of several', () => {
    const both = compileCsp([{ 'script-src': ["'nonce'"] }, { 'script-src': ["'self'", "'nonce'"] }])
    expect(cspOf(both, 'x')).toBe("script-src 'nonce-x', script-src 'self' 'nonce-x'")
    expect(cspOf(both, undefined)).toBe("script-src 'none', script-src 'self'")
  })

  test('keeps the answer out of caches', () => {
    expect(answer(read('pages')).has('cache-control')).toBe(false)
    expect(answer(read('pages'), { nonce: 'x' }).get('cache-control')).toBe('no-store')
  })
})

describe('reports', () => {
  const reportingEndpoints = { default: 'https://r.example.com/d', csp: 'https://r.example.com/c' }

  test('go to the endpoint that is named for them', () => {
    const sent = answer(read({ reportingEndpoints }))
    expect(sent.get('reporting-endpoints')).toBe('default="https://r.example.com/d", csp="https://r.example.com/c"')
    expect(sent.get('content-security-policy')).toMatch(/; report-uri https:\/\/r\.example\.com\/c; report-to csp$/)
  })

  test('go elsewhere, or nowhere, where that is written', () => {
    expect(csp({ reportingEndpoints, csp: { 'report-to': ['default'], 'report-uri': 'off' } })).toMatch(
      /none'; report-to default$/,
    )
  })
})

describe('a value of a directive', () => {
  test.each([
    ["'self'"],
    ["'none'"],
    ["'strict-dynamic'"],
    ["'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"],
    ['https:'],
    ['data:'],
    ['*'],
    ['*.example.com'],
    ['https://*.example.com:*'],
    ['https://cdn.example.com/lib/'],
    ['localhost:3000'],
    ['wss://live.example.com'],
  ])('may be %s', (source) => {
    expect(mistakes({ csp: { 'script-src': [source] } })).toBe('accepted')
  })

  test.each([
    ['self', `write "'self'"`],
    ['SELF', `write "'self'"`],
    ["'Self'", `write "'self'"`],
    ["'self", `write "'self'"`],
    ['none', `write "'none'"`],
    ['unsafe-inline', `write "'unsafe-inline'"`],
    ['nonce', `write "'nonce'"`],
    ['nonce-abc', 'a fresh nonce for each answer'],
    ["'nonce-abc'", 'a fresh nonce for each answer'],
    ['sha256-abc', `write "'sha256-abc'"`],
    ["'sha256-a b'", 'one value an entry'],
    ["'sha256-*'", 'a hash in base64'],
    ["'unsafe-everything'", `one of "'self'"`],
    ['data', 'write "data:"'],
    ['https', 'write "https:"'],
    ["'self'; script-src *", 'one value an entry'],
    ["'self' https://a.example", 'one value an entry'],
    ['https://a.example,', 'one value an entry'],
    ['https://a.example\r\nSet-Cookie: a=b', 'one value an entry'],
    ['https://a.example\u2028', 'one value an entry'],
    ['https://ä.example', 'one value an entry'],
    ['', 'one value an entry'],
    ['https://', 'a source, such as'],
    ['https://a.example?q', 'a source, such as'],
    ['https://*.*.example', 'a source, such as'],
  ])('is a mistake as %j', (source, said) => {
    expect(mistakes({ csp: { 'script-src': [source] } })).toContain(`csp.script-src.0: expected`)
    expect(mistakes({ csp: { 'script-src': [source] } })).toContain(said)
  })

  test.each([
    [{ 'script-src': ["'none'", "'self'"] }, 'csp.script-src.0: expected "\'none\'" alone'],
    [{ 'img-src': ["'nonce'"] }, 'csp.img-src.0: expected a source'],
    [{ 'upgrade-insecure-requests': ['on'] }, 'csp.upgrade-insecure-requests.0: expected an empty list'],
    [{ sandbox: ['scripts'] }, 'csp.sandbox.0: expected what the sandbox allows'],
    [{ 'report-uri': ['http://r.example'] }, 'csp.report-uri.0: expected an address'],
    [{ 'report-to': ['A'] }, 'csp.report-to.0: expected the name'],
    [{ 'require-trusted-types-for': ['script'] }, 'csp.require-trusted-types-for.0: expected'],
    [{ 'trusted-types': ['a;b'] }, 'csp.trusted-types.0: expected'],
  ])('is held to its directive: %j', (written, said) => {
    expect(mistakes({ csp: written })).toContain(said)
  })
})
