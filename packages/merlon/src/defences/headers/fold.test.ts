import { describe, expect, test } from 'vitest'
import { headers } from './index.ts'
import { answer, read } from './testing.fixture.ts'

const folded = (base: unknown, route: unknown) => headers.section.fold(read(base), read(route))

describe('where a route matches only after folding', () => {
  test('each header is the stricter of the two', () => {
    const both = folded(
      { xFrameOptions: 'deny', noStore: 'off', add: { 'X-A': '1' } },
      { xFrameOptions: 'off', noStore: 'always', add: { 'x-a': '2', 'X-B': '3' } },
    )
    expect(both).toMatchObject({ xFrameOptions: 'deny', noStore: 'always', add: { 'X-A': '1', 'X-B': '3' } })
    expect(folded({ referrerPolicy: 'origin' }, { referrerPolicy: 'no-referrer' }).referrerPolicy).toBe('no-referrer')
  })

  test('both content security policies hold, each once', () => {
    const both = folded('api', 'pages')
    expect(answer(both, { nonce: 'x' }).get('content-security-policy')).toMatch(
      /^default-src 'self'.*'nonce-x'.*, default-src 'none'/,
    )
    expect(folded('api', 'api')).toEqual(read('api'))
    expect(folded({ csp: 'off' }, 'api').csp).toEqual(read('api').csp)
    expect(folded('api', { csp: 'off' }).csp).toEqual(read('api').csp)
    expect(folded({ csp: 'off' }, { csp: 'off' }).csp).toBe('off')
    expect(headers.section.fold(read('api'), both)).toEqual(both)
    expect(JSON.parse(JSON.stringify(both))).toEqual(both)
  })

  test('HSTS is the longer, and preloading the policy’s own', () => {
    expect(folded({ hsts: { maxAge: '1d', includeSubDomains: false } }, { hsts: { preload: true } }).hsts).toEqual({
      maxAgeSeconds: 31_536_000,
      includeSubDomains: true,
      preload: false,
    })
    expect(folded({ hsts: 'off' }, {}).hsts).toEqual(read({}).hsts)
    expect(folded({}, { hsts: 'off' }).hsts).toEqual(read({}).hsts)
  })

  test('a feature is for those whom both admit', () => {
    const policy = (camera: readonly string[]) => ({ permissionsPolicy: { camera } })
    const both = (base: readonly string[], route: readonly string[]) => {
      const { permissionsPolicy } = folded(policy(base), policy(route))
      return permissionsPolicy === 'off' ? undefined : permissionsPolicy['camera']
    }
    expect(both(['self'], ['*'])).toEqual(['self'])
    expect(both(['*'], ['self'])).toEqual(['self'])
    expect(both(['self', 'https://a.example'], ['https://a.example'])).toEqual(['https://a.example'])
    expect(both([], ['self'])).toEqual([])
    expect(folded({ permissionsPolicy: 'off' }, {}).permissionsPolicy).toEqual(read({}).permissionsPolicy)
  })

  test('what is off on one side takes nothing away', () => {
    expect(folded('off', 'pages')).toEqual(read('pages'))
    expect(folded('pages', 'off')).toEqual(read('pages'))
  })
})
