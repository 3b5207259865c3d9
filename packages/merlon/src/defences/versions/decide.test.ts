import { describe, expect, test } from 'vitest'
import type { FakeRequest } from '../../testing/fake-facts.ts'
import { versions } from './index.ts'
import { buildOf, canonical, open } from './versions.fixture.ts'

const known = {
  v1: {
    deprecated: '2026-01-01',
    sunset: '2026-12-31',
    links: { deprecation: 'https://docs.example/old', sunset: '/gone', successor: '/v2' },
  },
  v2: {},
}

describe('a version', () => {
  const ask = open({ known })

  test('is laid down for the handler', () => {
    expect(ask('/v2/books').facts.version).toBe('v2')
    expect(ask('/v9/books').facts.version).toBe(undefined)
    expect(ask('/health').facts.version).toBe(undefined)
  })

  test('that is unknown or missing is told what there is', () => {
    expect(ask('/v9/books')).toMatchObject({
      code: 'version-unknown',
      verdict: { detail: 'Versions served here: v1, v2.', reason: expect.stringContaining('versions.known') },
    })
    expect(ask('/books').code).toBe('version-missing')
  })

  test('that is deprecated says all of it, and what scripts have to read', () => {
    const { headers, facts } = ask('/v1/books')
    expect(headers).toEqual([
      'Deprecation',
      '@1767225600',
      'Sunset',
      'Thu, 31 Dec 2026 00:00:00 GMT',
      'Link',
      '<https://docs.example/old>; rel="deprecation"',
      'Link',
      '</gone>; rel="sunset"',
      'Link',
      '</v2>; rel="successor-version"',
    ])
    expect(facts.exposes).toBe('Deprecation, Sunset, Link')
    expect(ask('/v2/books').headers).toEqual([])
    expect(ask('/v2/books').facts.exposes).toBe('')
  })

  test('ends at its sunset and not a moment before', () => {
    const clock = { now: '2026-12-30T23:59:59.999Z' }
    const at = open({ known }, clock)
    expect(at('/v1/books').code).toBe(undefined)
    clock.now = '2026-12-31T00:00:00Z'
    expect(at('/v1/books')).toMatchObject({ code: 'version-gone', verdict: { detail: 'Versions served here: v2.' } })
    expect(at('/v1/books').headers).toContain('Sunset')
    expect(at('/v9/books').verdict).toMatchObject({ detail: 'Versions served here: v2.' })
    clock.now = '2030-01-01T00:00:00Z'
    expect(at('/v1/books').code).toBe('version-gone')
  })

  test('that is the last one ends too', () => {
    const at = open({ default: 'v1', known: { v1: { sunset: '2020-01-01' } } })
    expect(at('/books')).toMatchObject({ code: 'version-gone', verdict: { detail: 'No version is served any more.' } })
  })

  test('that was deprecated before 1970 or between seconds is a whole number of seconds still', () => {
    expect(open({ known: { v1: { deprecated: '1969-12-31' } } })('/v1').headers[1]).toBe('@-86400')
  })

  test("keeps the handler's own dates, and stands beside its links", () => {
    const { headers } = ask('/v1', ['deprecation', '@1', 'Link', '</p2>; rel="next"'])
    expect(headers.slice(0, 4)).toEqual(['deprecation', '@1', 'Link', '</p2>; rel="next"'])
    expect(headers.filter((each) => each.toLowerCase() === 'deprecation')).toHaveLength(1)
    expect(headers.filter((each) => each === 'Link')).toHaveLength(4)
  })
})

describe('a preflight', () => {
  const headers = [
    ['Origin', 'https://app.example'],
    ['Access-Control-Request-Method', 'GET'],
  ] as const
  const preflight = (target: string): FakeRequest => ({ method: 'OPTIONS', target, headers })

  test('passes whatever it says of a version: what it asks about is judged when it comes', () => {
    const ask = open({ known: { v1: { sunset: '2020-01-01' }, v2: {} } })
    expect(['/v1/a', '/v9/a', '/a', '/v2/a'].map((path) => ask(preflight(path)).code)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect(ask(preflight('/v2/admin')).facts.routePath).toBe('/admin')
    expect(open({ by: 'header', known })(preflight('/a')).code).toBe(undefined)
  })

  test('is nothing that a plain OPTIONS could pass for', () => {
    const ask = open({ known })
    expect(ask({ method: 'OPTIONS', target: '/v9' }).code).toBe('version-unknown')
    expect(ask({ method: 'OPTIONS', target: '/v9', headers: [headers[0]] }).code).toBe('version-unknown')
    expect(ask({ method: 'GET', target: '/v9', headers }).code).toBe('version-unknown')
  })
})

describe('caches', () => {
  test('are told what the version was read from, on every answer', () => {
    const vary = (written: object, target = '/') => open({ known, ...written })(target).headers.slice(0, 2)
    expect(vary({ by: 'header' })).toEqual(['Vary', 'API-Version'])
    expect(vary({ by: 'header', header: 'Acme-Version' }, '/health')).toEqual(['Vary', 'Acme-Version'])
    expect(vary({ by: 'media-type', default: 'v2' })).toEqual(['Vary', 'Accept'])
    expect(vary({ by: 'path' })).toEqual([])
  })
})

describe('a route of the policy that is written with its version', () => {
  const wrong = (written: unknown, route: string) => {
    const found: string[] = []
    versions.compile(canonical(written), buildOf({ route, mistake: (_, expected) => found.push(expected) }))
    return found
  }

  test('would hold for nothing, and stops the start', () => {
    expect(wrong(['v1'], 'POST /v1/login')).toEqual([
      'routes below the version: "POST /v1/login" would never hold, write "POST /login"',
    ])
    expect(wrong(['v1'], '/V1')).toEqual(['routes below the version: "/V1" would never hold, write "/"'])
    expect(wrong(['v1'], 'GET /:version/books')).toHaveLength(1)
    expect(wrong({ under: '/api', known: { v1: {} } }, 'GET /api/v1/books')[0]).toContain('write "GET /api/books"')
  })

  test('is right where the version is elsewhere, or is none', () => {
    expect(wrong({ by: 'header', known: { v1: {} } }, '/v1/login')).toEqual([])
    expect(wrong(['v1'], '/v2/login')).toEqual([])
    expect(wrong(['v1'], '/books/v1')).toEqual([])
    expect(wrong(['v1'], '*')).toEqual([])
    expect(wrong({}, '/v1/login')).toEqual([])
  })
})

test('there is no step where there are no versions, and none for a route', () => {
  expect(versions.compile(canonical({}), buildOf({}))).toEqual({})
  expect(versions.compile(canonical('off'), buildOf({}))).toEqual({})
  expect(versions.compile(canonical(['v1']), buildOf({ route: 'GET /' })).steps).toBe(undefined)
})
