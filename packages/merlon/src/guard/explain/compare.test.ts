import { describe, expect, test } from 'vitest'
import { definePolicy, PolicyError } from '../../index.ts'
import type { CanonicalPolicy } from '../expand/canonical.ts'
import { expandPolicy } from '../expand/index.ts'
import type { WrittenPolicy } from '../expand/written.ts'
import { defences } from '../order.ts'
import { comparePolicies } from './compare.ts'
import { explanations } from './explanations.ts'

function expand(written: WrittenPolicy): CanonicalPolicy {
  const { canonical, mistakes } = expandPolicy(definePolicy(written), { environment: 'production', defences })
  if (!canonical) throw new PolicyError(mistakes)
  return canonical
}

/** Each change as a line: the route, what becomes of it, and in what words. */
function compare(before: WrittenPolicy, after: WrittenPolicy): readonly string[] {
  const changes = comparePolicies(expand(before), expand(after), defences, explanations)
  return changes.map(({ route, section, direction, text }) => `${route} ${section} ${direction} ${text}`)
}

describe('what becomes of one setting', () => {
  test.each<[WrittenPolicy, WrittenPolicy, string]>([
    [{}, { size: '1mb' }, 'size looser most bytes of a body: 1mb instead of 100kb'],
    [{}, { size: { depth: 8 } }, 'size tighter most levels of JSON: 8 instead of 32'],
    [{}, { size: 'observe' }, 'size looser size observed instead of enforced'],
    [{ size: 'off' }, {}, 'size tighter size enforced instead of off'],
    [{ size: { encodings: ['gzip'] } }, { size: { encodings: [] } }, 'size tighter encodings: gzip removed'],
    [{}, { cors: ['https://a.example'] }, 'cors looser origins: https://a.example added'],
    [{ cors: ['https://a.example'] }, {}, 'cors tighter origins: https://a.example removed'],
    [{}, { cors: { credentials: true } }, 'cors looser cookies of foreign pages: on instead of off'],
    [{}, { cors: { maxAge: '1h' } }, 'cors tighter preflights are kept for: 1h instead of 1d'],
    [{}, { client: { proxies: 'none' } }, 'client tighter proxies that are believed: '],
    [
      {},
      { client: { ipv6Prefix: 128 } },
      'client looser bits of an IPv6 address that are one client: 128 instead of 64',
    ],
    [{}, { client: { allow: ['10.0.0.0/8'] } }, 'client tighter allowed addresses: 10.0.0.0/8 instead of all'],
    [{}, { client: { deny: ['192.0.2.1'] } }, 'client tighter denied addresses: 192.0.2.1'],
    [{}, { headers: { hsts: 'off' } }, 'headers looser Strict-Transport-Security: off instead of on'],
    [{ headers: { hsts: 'off' } }, {}, 'headers tighter Strict-Transport-Security: on instead of off'],
    [{}, { headers: { hsts: { maxAge: '30d' } } }, 'headers looser Strict-Transport-Security for: 30d instead of 365d'],
    [{}, { headers: { csp: 'off' } }, 'headers looser Content-Security-Policy: off instead of on'],
    [{}, { headers: { referrerPolicy: 'origin' } }, 'headers looser Referrer-Policy: origin instead of no-referrer'],
    [{}, { headers: { remove: ['Via'] } }, 'headers tighter headers that never leave: via added'],
    [{}, { errors: 'error' }, 'errors other form of an error: error instead of problem'],
    [{}, { limits: { headers: 'both' } }, 'limits other headers that tell of limits: both instead of standard'],
    [{}, { limits: { skip: [] } }, 'limits tighter paths that are not counted: /health removed'],
  ])('%j to %j', (before, after, said) => {
    const found = compare(before, after)
    expect(found.some((line) => line.startsWith(`* ${said}`))).toBe(true)
  })

  test('sources of a content security policy are told one by one, and "none" is no source', () => {
    const [before, after] = [["'none'"], ["'self'", 'https://cdn.example']]
    const csp = (sources: string[]) => ({ headers: { csp: { 'img-src': sources } } })
    expect(compare(csp(before), csp(after))).toEqual([
      "* headers looser Content-Security-Policy img-src: 'self' added",
      '* headers looser Content-Security-Policy img-src: https://cdn.example added',
    ])
    expect(compare({}, csp(['data:']))).toEqual(['* headers other Content-Security-Policy img-src data: added'])
  })
})

describe('limits', () => {
  const rate = (general: string | object) => ({ limits: { general } }) as WrittenPolicy

  test.each<[string | object, string | object, string]>([
    ['100/15m', '50/15m', 'tighter'],
    ['100/15m', '100/1m', 'looser'],
    // As much over time, and more of it at once.
    ['1/1s', '60/1m', 'looser'],
    // More over time, and fewer at once: neither.
    [{ rate: '100/15m', burst: 100 }, { rate: '200/15m', burst: 10 }, 'other'],
    ['100/15m', { rate: '100/15m', cost: 2 }, 'tighter'],
    ['100/15m', { rate: '100/15m', mode: 'observe' }, 'looser'],
    // An attacker with many addresses has a fresh counter for each pair.
    ['100/15m', { rate: '100/15m', by: ['address', { body: 'email' }] }, 'looser'],
    [{ rate: '100/15m', by: ['address', { body: 'email' }] }, '100/15m', 'tighter'],
    ['100/15m', { rate: '100/15m', by: { body: 'email' } }, 'other'],
    ['100/15m', { rate: '50/15m', mode: 'observe' }, 'other'],
  ])('%j to %j is %s', (before, after, direction) => {
    expect(compare(rate(before), rate(after)).map((line) => line.split(' ')[2])).toEqual([direction])
  })

  test('are told by their names when they come and go', () => {
    const login = { limits: { login: '5/15m' } }
    expect(compare({}, login)).toEqual(['* limits tighter limit "login" added: 5/15m by address'])
    expect(compare(login, {})).toEqual(['* limits looser limit "login" removed: 5/15m by address'])
  })

  test('that a route takes for itself no longer count with the others', () => {
    const own = { routes: { 'GET /books': { limits: { general: '200/15m' } } } }
    expect(compare({}, own)).toEqual([
      'GET /books limits looser limit "general": 200/15m by address instead of 100/15m by address',
      'GET /books limits looser limit "general": counts GET /books alone instead of all routes together',
    ])
  })
})

describe('for whom', () => {
  test('what changes for all is said once, and for a route only what is its own', () => {
    const before = { size: '100kb', routes: { 'POST /a': { size: '10kb' }, 'POST /b': { limits: '5/1m' } } }
    const after = { size: '1mb', routes: { 'POST /a': { size: '20kb' }, 'POST /b': { limits: '5/1m' } } }
    expect(compare(before, after)).toEqual([
      '* size looser most bytes of a body: 1mb instead of 100kb',
      'POST /a size looser most bytes of a body: 20kb instead of 10kb',
    ])
  })

  test('a route that comes or goes is compared with what held for its requests before', () => {
    const tree = { '/admin/*': { client: { allow: ['10.0.0.0/8'] } } }
    const page = { ...tree, 'GET /admin/reports': { client: { allow: ['10.0.0.0/8', '192.0.2.0/24'] } } }
    expect(compare({ routes: tree }, { routes: page })).toEqual([
      'GET /admin/reports client looser allowed addresses: 192.0.2.0/24 added',
    ])
    expect(compare({ routes: page }, { routes: tree })).toEqual([
      'GET /admin/reports client tighter allowed addresses: 192.0.2.0/24 removed',
    ])
    expect(compare({ routes: tree }, {})).toEqual([
      '/admin/* client looser allowed addresses: all instead of 10.0.0.0/8',
    ])
  })

  test('what a tree changes is not said again for the routes below it', () => {
    const routes = (size: string): WrittenPolicy => ({
      routes: { '/admin/*': { size }, 'GET /admin/reports': { limits: '5/1m' } },
    })
    expect(compare(routes('1kb'), routes('2kb'))).toEqual([
      '/admin/* size looser most bytes of a body: 2kb instead of 1kb',
    ])
  })

  test('the same policy in other words is the same', () => {
    expect(
      compare({ cors: 'https://a.example' }, { cors: { origins: ['https://a.example'], maxAge: '1440m' } }),
    ).toEqual([])
    expect(compare({}, { routes: { '/a': {} } })).toEqual([])
  })
})
