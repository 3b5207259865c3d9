import { describe, expect, test } from 'vitest'
import { explainVersions } from './explain.ts'
import { canonical } from './versions.fixture.ts'

const judge = (written: unknown) => explainVersions.checklist?.[0]?.judge(canonical(written), [])

describe('what versions say of themselves', () => {
  test('meets the checklist where versions are named', () => {
    expect(judge(['v1', 'v2'])).toEqual({ status: 'met', reason: 'Named by the path: v1, v2.' })
    expect(judge({})).toMatchObject({ status: 'unmet', severity: 'note' })
    expect(judge({ mode: 'off', known: { v1: {} } })).toMatchObject({ status: 'unmet' })
  })

  test('tells a change by dates as they are read', () => {
    const before = canonical({ known: { v0: {}, v1: { sunset: '2027-01-01' }, v2: {} } }).known
    const links = { successor: '/v3' }
    const after = canonical({
      known: { v1: { deprecated: '2026-01-01', sunset: '2026-12-31T12:00:00Z', links }, v2: {}, v3: {} },
    }).known
    const said = explainVersions.compare?.known?.(before, after)
    expect(said?.map(({ direction, text }) => `${direction}: ${text}`)).toEqual([
      'tighter: version v0 removed',
      'tighter: version v1 ends 2026-12-31T12:00:00Z instead of 2027-01-01',
      'other: version v1 is deprecated 2026-01-01 instead of never',
      'other: version v1: link to its successor /v3 instead of none',
      'looser: version v3 added',
    ])
  })
})
