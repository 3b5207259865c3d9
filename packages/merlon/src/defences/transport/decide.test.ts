import { describe, expect, test } from 'vitest'
import { said, stepOf } from './transport.fixture.ts'

const xff = ['X-Forwarded-For', '203.0.113.9'] as const
const host = (name: string) => ['Host', name] as const
const local = { peer: '127.0.0.1' }

describe('plain HTTP', () => {
  const step = stepOf({})
  const of = (request: Parameters<NonNullable<typeof step>>[0]) => said(step?.(request))

  test('is refused from elsewhere, by address or by none', () => {
    expect(of({})).toBe('https-required')
    expect(of({ peer: '10.0.0.1' })).toBe('https-required')
    expect(of({ peer: '2001:db8::1' })).toBe('https-required')
    expect(of({ peer: null })).toBe('https-required')
    expect(of({ peer: '127.0.0.1.example' })).toBe('https-required')
    expect(of({ secure: true })).toBe('pass')
  })

  test.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('passes from this machine itself: %s', (peer) => {
    expect(of({ peer })).toBe('pass')
  })

  test('is refused where a declared proxy speaks for somebody', () => {
    expect(of({ ...local, viaProxy: true, headers: [xff] })).toBe('https-required')
    expect(of({ ...local, viaProxy: true, headers: [['X-Forwarded-Proto', 'http']] })).toBe('https-required')
    expect(of({ ...local, viaProxy: true, headers: [xff, host('localhost')] })).toBe('https-required')
    expect(of({ ...local, viaProxy: true, headers: [host('api.example')] })).toBe('pass')
  })

  test('is refused where an undeclared proxy on this machine passes on who was asked for', () => {
    expect(of({ ...local, headers: [xff, host('api.example')] })).toBe('https-required')
    expect(of({ ...local, headers: [xff] })).toBe('https-required')
    expect(of({ ...local, headers: [xff, host('localhost.api.example')] })).toBe('https-required')
    expect(of({ ...local, headers: [['Via', '1.1 tunnel'], host('api.example')] })).toBe('https-required')
    expect(of({ ...local, headers: [xff, host('localhost:3000')] })).toBe('pass')
  })

  test('passes where a runtime tells of its peer by a header', () => {
    expect(of({ ...local, headers: [['CF-Connecting-IP', '127.0.0.1']] })).toBe('pass')
    expect(of({ ...local, headers: [['CF-Connecting-IP', '203.0.113.9']] })).toBe('https-required')
  })

  test('tells the log what to write, and the client that its secrets are spent', () => {
    const refused = step?.({ viaProxy: true })
    expect(refused).toMatchObject({ reason: expect.stringContaining('transport.http: allow') })
    expect(refused).toMatchObject({ detail: expect.stringMatching(/^Call this over HTTPS, and replace/) })
    expect(refused).not.toMatchObject({ detail: expect.stringContaining('transport') })
    expect(step?.({})).toMatchObject({ reason: expect.stringContaining('client.proxies') })
  })

  test('shows the line in development, and to this machine alone', () => {
    const development = stepOf({}, { production: false })
    const shown = { detail: expect.stringContaining('transport.http: allow') }
    expect(development?.({ ...local, headers: [xff] })).toMatchObject(shown)
    expect(development?.({ peer: '192.168.1.9' })).not.toMatchObject(shown)
  })

  test('of a health check passes to the letter alone', () => {
    expect(of({ target: '/health?deep=1' })).toBe('pass')
    expect(of({ target: '/healthz', method: 'HEAD' })).toBe('pass')
    for (const target of [
      '/health/',
      '/Health',
      '//health',
      '/health%2f',
      '/x?/health',
      'http://a/health',
      '/health#',
    ]) {
      expect([target, of({ target })]).toEqual([target, 'https-required'])
    }
    expect(of({ target: '/health', method: 'POST' })).toBe('https-required')
  })
})

describe('a redirect', () => {
  const step = stepOf({ http: 'redirect', hosts: ['www.example', 'old.example:8080', '[::1]:*'] })
  const of = (name: string, target: string, more: object = {}) =>
    said(step?.({ target, headers: [host(name)], ...more }))

  test('leads to the same path over HTTPS, at a host of the list', () => {
    expect(of('www.example', '/a?b=c')).toBe('308 https://www.example/a?b=c')
    expect(of('OLD.example:8080', '/')).toBe('308 https://old.example/')
    expect(of('[::1]:3000', '/')).toBe('308 https://[::1]/')
    expect(of('evil.example', '/')).toBe('host-refused')
  })

  test('is not given to what changes something, brings a key, or cannot stand in a header', () => {
    expect(of('www.example', '/', { method: 'POST' })).toBe('https-required')
    expect(of('www.example', '/', { method: 'OPTIONS' })).toBe('https-required')
    const keyed = [host('www.example'), ['Authorization', 'Bearer x']]
    expect(of('www.example', '/', { headers: keyed })).toBe('https-required')
    for (const target of ['*', 'http://www.example/', '/a\r\nSet-Cookie: a=b', '/é', '/a b', '']) {
      expect([target, of('www.example', target)]).toEqual([target, 'https-required'])
    }
  })

  test('is not given in observe', () => {
    const observed = stepOf({ mode: 'observe', http: 'redirect', hosts: ['www.example'] })
    expect(said(observed?.({ headers: [host('www.example')] }))).toBe('https-required')
  })
})

describe('the list of hosts', () => {
  const step = stepOf({ hosts: ['api.example'] })
  const of = (...headers: (readonly [string, string])[]) => said(step?.({ secure: true, headers }))

  test('holds over HTTPS and from this machine too', () => {
    expect(of(host('api.example'))).toBe('pass')
    expect(of(host('evil.example'))).toBe('host-refused')
    expect(of()).toBe('host-refused')
    expect(said(step?.({ ...local, headers: [host('rebound.example')] }))).toBe('host-refused')
  })

  test('holds what a proxy or client writes into X-Forwarded-Host', () => {
    expect(of(host('api.example'), ['X-Forwarded-Host', 'evil.example'])).toBe('host-refused')
    expect(of(host('api.example'), ['X-Forwarded-Host', 'api.example, evil.example'])).toBe('host-refused')
    expect(of(host('api.example'), ['X-Forwarded-Host', 'API.example:443'])).toBe('pass')
    expect(of(host('evil.example'), ['X-Forwarded-Host', 'api.example'])).toBe('host-refused')
  })

  test('names the host in the log, cut short, and not to the client', () => {
    const refused = step?.({ secure: true, headers: [host(`${'x'.repeat(500)}.example`)] })
    expect(refused).toMatchObject({ reason: expect.stringMatching(/^transport\.hosts has no "x{100}"$/) })
    expect(refused).not.toHaveProperty('detail')
  })
})

describe('there is nothing to do', () => {
  test('where it is off, where all is allowed, and for a route', () => {
    expect(stepOf('off')).toBe(undefined)
    expect(stepOf({ http: 'allow' })).toBe(undefined)
    expect(stepOf({}, { route: 'GET /books' })).toBe(undefined)
    expect(stepOf({ http: 'allow', hosts: ['a.example'] })).not.toBe(undefined)
  })
})

test('a host in a variable that is none stops the start', () => {
  const wrong: unknown[] = []
  // biome-ignore lint/suspicious/noTemplateCurlyInString: resolved by then
  const written = { hosts: ['a.example', '${HOSTS}'] }
  stepOf(written, { mistake: (path, expected) => wrong.push([path, expected]) })
  expect(wrong).toEqual([[['hosts', 1], expect.stringMatching(/^a host such as/)]])
})
