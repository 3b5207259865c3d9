import { describe, expect, test } from 'vitest'
import { parseDate } from './date.ts'
import { canonical, mistakesOf } from './versions.fixture.ts'

const nothing = { deprecatedMs: null, sunsetMs: null, links: { deprecation: null, sunset: null, successor: null } }

describe('what is written under versions', () => {
  test('knows no version where nothing is written', () => {
    expect(canonical({})).toEqual({
      mode: 'enforce',
      by: 'path',
      under: '',
      header: 'API-Version',
      parameter: 'version',
      mediaType: null,
      default: null,
      skip: ['/health', '/healthz', '/livez', '/readyz'],
      known: {},
    })
  })

  test('has short forms', () => {
    expect(canonical(['v1', 'v2']).known).toEqual({ v1: nothing, v2: nothing })
    expect(canonical('off').mode).toBe('off')
    expect(canonical(false).mode).toBe('off')
    expect(canonical('observe').mode).toBe('observe')
  })

  test('has its dates in milliseconds, as UTC', () => {
    const { known } = canonical({ known: { v1: { deprecated: '2026-01-01', sunset: '2026-12-31T23:59:59Z' } } })
    expect(known['v1']).toMatchObject({ deprecatedMs: 1_767_225_600_000, sunsetMs: 1_798_761_599_000 })
  })

  test.each(['2026-02-30', '2026-13-01', '31.12.2026', '2026-12-31T12:00', '2026-12-31T24:00Z', '0000-01-00', '', '1'])(
    'takes no date like %j',
    (sunset) => {
      expect(parseDate(sunset)).toBe(undefined)
      expect(mistakesOf({ known: { v1: { sunset } } })[0]).toMatch(/^known\.v1\.sunset: a day such as/)
    },
  )

  test('does not let a version end before it is deprecated (RFC 9745)', () => {
    const known = { v1: { deprecated: '2026-06-01', sunset: '2026-05-31' } }
    expect(mistakesOf({ known })).toEqual(['known.v1.sunset: a day not before it is deprecated, "2026-06-01"'])
    expect(mistakesOf({ known: { v1: { deprecated: '2026-06-01', sunset: '2026-06-01' } } })).toEqual([])
  })

  test('has a default that is known', () => {
    expect(mistakesOf({ default: 'v3', known: { v1: {}, v2: {} } })).toEqual([
      'default: one of the versions under "known" ("v1", "v2")',
    ])
    expect(mistakesOf({ default: 'constructor', known: { v1: {} } })).toHaveLength(1)
  })

  test('has names that requests can write, and that differ in more than case', () => {
    expect(mistakesOf(['v1', '2', '2024-10-01', 'v1.2'])).toEqual([])
    for (const name of ['', '/v1', 'v 1', 'v1/', '-1', 'é', 'x'.repeat(33), 'a;b', '{}']) {
      expect([name, mistakesOf([name])[0]?.includes('the name of a version')]).toEqual([name, true])
    }
    expect(mistakesOf(['v1', 'V1'])).toHaveLength(1)
  })

  test('puts no address into a header that would end it', () => {
    const links = (successor: string) => mistakesOf({ known: { v1: { links: { successor } } } })
    for (const right of ['https://docs.example/v2?a=b#c', '/v2', '/']) expect(links(right)).toEqual([])
    for (const wrong of [
      'v2',
      'javascript:alert(1)',
      '//evil.example',
      '/a>; rel="x"',
      'https://a b',
      '/a\r\nX: y',
      '/\\evil',
      'https://',
    ]) {
      expect([wrong, links(wrong).length]).toEqual([wrong, 1])
    }
  })

  test('names no header that means something else in every request', () => {
    for (const header of ['Host', 'cookie', 'Accept', 'X API', '']) {
      expect([header, mistakesOf({ by: 'header', header }).length]).not.toEqual([header, 0])
    }
    expect(mistakesOf({ by: 'header', header: 'Acme-Version' })).toEqual([])
  })

  test('has media types with a place for the version', () => {
    expect(mistakesOf({ mediaType: 'application/vnd.acme.{version}+json' })).toEqual([])
    expect(mistakesOf({ mediaType: 'application/vnd.acme.v1+json' })).toHaveLength(1)
    expect(mistakesOf({ mediaType: '{version}' })).toHaveLength(1)
  })
})
