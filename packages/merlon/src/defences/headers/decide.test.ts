import { describe, expect, test } from 'vitest'
import type { Build } from '../../contract/defence.ts'
import { headers } from './index.ts'
import { answer, read } from './testing.fixture.ts'

describe('an answer', () => {
  test('of an API says all that there is to say', () => {
    expect(Object.fromEntries(answer(read({})))).toEqual({
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-dns-prefetch-control': 'off',
      'x-download-options': 'noopen',
      'x-frame-options': 'DENY',
      'x-permitted-cross-domain-policies': 'none',
      'x-xss-protection': '0',
      'permissions-policy': expect.stringMatching(
        /^accelerometer=\(\), bluetooth=\(\), .*geolocation=\(\), .*web-share=\(\)$/,
      ),
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
    })
  })

  test('keeps what the handler has set, but for what is removed', () => {
    const own = [
      'x-frame-options',
      'SAMEORIGIN',
      'Strict-Transport-Security',
      'max-age=1',
      'Server',
      'x',
      'SERVER',
      'y',
    ]
    const sent = answer(read({}), { own })
    expect(sent.get('x-frame-options')).toBe('SAMEORIGIN')
    expect(sent.get('strict-transport-security')).toBe('max-age=1')
    expect(sent.has('server')).toBe(false)
  })

  test('is untouched where the defence is off', () => {
    expect(headers.compile(read('off'), {} as Build)).toEqual({})
  })

  test('leaves out each header that is off, and says another value where one is written', () => {
    const names = [
      'crossOriginOpenerPolicy',
      'originAgentCluster',
      'xContentTypeOptions',
      'xXssProtection',
      'xDownloadOptions',
    ]
    const off = Object.fromEntries(names.map((name) => [name, 'off']))
    const sent = answer(read({ ...off, xDnsPrefetchControl: 'allow', referrerPolicy: 'strict-origin' }))
    expect(sent.has('cross-origin-opener-policy')).toBe(false)
    expect(sent.has('origin-agent-cluster')).toBe(false)
    expect(sent.has('x-content-type-options')).toBe(false)
    expect(sent.get('x-dns-prefetch-control')).toBe('on')
    expect(sent.get('referrer-policy')).toBe('strict-origin')
    expect(answer(read({ xDnsPrefetchControl: 'off' })).has('x-dns-prefetch-control')).toBe(false)
  })

  test('names the software nowhere, unless that is written', () => {
    const own = ['X-Powered-By', 'Express', 'X-AspNet-Version', '4', 'X-Runtime', '0.1', 'Via', 'x']
    expect([...answer(read({ remove: ['via'] }), { own }).keys()]).not.toEqual(expect.arrayContaining(['via']))
    expect(answer(read({}), { own }).get('via')).toBe('x')
    expect(answer(read({ remove: [] }), { own }).get('x-powered-by')).toBe('Express')
  })

  test('says further headers, which yield to the handler’s', () => {
    const options = read({ add: { 'X-Robots-Tag': 'noindex' } })
    expect(answer(options).get('x-robots-tag')).toBe('noindex')
    expect(answer(options, { own: ['x-robots-tag', 'all'] }).get('x-robots-tag')).toBe('all')
  })
})

describe('HSTS', () => {
  const name = 'strict-transport-security'

  test('is never said over plain HTTP', () => {
    expect(answer(read({ hsts: { preload: true } }), { secure: false }).has(name)).toBe(false)
  })

  test.each([
    [{ preload: true }, 'max-age=31536000; includeSubDomains; preload'],
    [{ maxAge: '30d', includeSubDomains: false }, 'max-age=2592000'],
    [{ maxAge: '0s' }, 'max-age=0; includeSubDomains'],
    ['off', undefined],
  ])('%j is sent as %j', (hsts, value) => {
    expect(answer(read({ hsts })).get(name)).toBe(value)
  })
})

describe('an answer to one user', () => {
  test.each(['Authorization', 'Cookie', 'X-API-Key', 'Proxy-Authorization'])(
    'of a request with %s is not stored',
    (header) => {
      const sent = answer(read({}), { headers: [[header, 'x']] })
      expect(sent.get('cache-control')).toBe('no-store')
      expect(sent.has('vary')).toBe(false)
    },
  )

  test('is stored where the handler says so', () => {
    const sent = answer(read({}), { headers: [['Cookie', 'a=b']], own: ['cache-control', 'private, max-age=60'] })
    expect(sent.get('cache-control')).toBe('private, max-age=60')
  })

  test('that sets a cookie is not stored', () => {
    expect(answer(read({}), { own: ['Set-Cookie', 'session=1'] }).get('cache-control')).toBe('no-store')
  })

  test.each([
    ['authenticated', undefined, 'no-store'],
    ['always', 'no-store', 'no-store'],
    ['off', undefined, undefined],
  ])('with noStore: %s', (noStore, anonymous, authenticated) => {
    expect(answer(read({ noStore })).get('cache-control')).toBe(anonymous)
    expect(answer(read({ noStore }), { headers: [['Cookie', 'a=b']] }).get('cache-control')).toBe(authenticated)
  })
})

describe('permissions', () => {
  const sent = (permissionsPolicy: unknown) =>
    answer(read({ preset: 'pages', permissionsPolicy })).get('permissions-policy')

  test('are written feature by feature over the preset', () => {
    const value = sent({ camera: ['self', 'https://meet.example.com'], fullscreen: ['*'], payment: 'off' })
    expect(value).toContain('camera=(self "https://meet.example.com")')
    expect(value).toContain('fullscreen=*')
    expect(value).toContain('microphone=()')
    expect(value).not.toContain('payment')
  })

  test('can be off', () => {
    expect(sent('off')).toBeUndefined()
  })
})

describe('variables', () => {
  test.each([
    [{ csp: { 'img-src': ["'self' ; script-src *"] } }, ['csp', 'img-src', 0]],
    [{ add: { 'X-A': 'a\r\nX-B: c' } }, ['add', 'X-A']],
    [{ reportingEndpoints: { default: 'https://a.example/"' } }, ['reportingEndpoints', 'default']],
    [{ permissionsPolicy: { camera: ['x" *'] } }, ['permissionsPolicy', 'camera', 0]],
  ])('that turn out to hold more than a value are a mistake: %j', (resolved, path) => {
    const found: unknown[] = []
    const build = { mistake: (at: unknown) => found.push(at) } as unknown as Build
    headers.compile({ ...read({}), ...resolved } as never, build)
    expect(found).toEqual([path])
  })
})
