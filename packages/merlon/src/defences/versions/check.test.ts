import { describe, expect, test } from 'vitest'
import { versions } from './index.ts'
import { canonical } from './versions.fixture.ts'

const codes = (written: unknown, cors: unknown = undefined) =>
  versions.check(canonical(written), true, 'policy', '*', { cors }).map(({ code }) => code)

describe('the check of versions', () => {
  test('has nothing to say where there are none, or where they end as they should', () => {
    expect(codes({})).toEqual([])
    expect(codes('off')).toEqual([])
    expect(codes({ default: 'v2', known: { v1: { deprecated: '2026-01-01', sunset: '2027-01-01' }, v2: {} } })).toEqual(
      [],
    )
  })

  test('finds what is only observed', () => {
    expect(codes({ mode: 'observe', known: { v1: {} } })).toEqual(['versions-observe'])
  })

  test('finds a version that ends without a word, and a default that ends at all', () => {
    expect(codes({ known: { v1: { sunset: '2027-01-01' } } })).toEqual(['versions-sunset-sudden'])
    const known = { v1: { deprecated: '2026-01-01', sunset: '2027-01-01' } }
    expect(codes({ default: 'v1', known })).toEqual(['versions-default-ends'])
  })

  test('finds a header that admitted pages have no leave to send', () => {
    const written = { by: 'header', known: { '1': {} } }
    const cors = { mode: 'enforce', origins: ['https://app.example'], allowedHeaders: ['Content-Type'] }
    expect(codes(written, cors)).toEqual(['versions-header-cors'])
    expect(codes(written, { ...cors, allowedHeaders: ['api-version'] })).toEqual([])
    expect(codes(written, { ...cors, origins: [] })).toEqual([])
    expect(codes(written, { ...cors, mode: 'off' })).toEqual([])
    expect(codes({ ...written, by: 'path' }, cors)).toEqual([])
  })
})
