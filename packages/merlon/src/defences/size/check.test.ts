import { describe, expect, test } from 'vitest'
import { size } from './index.ts'
import { canonical } from './size.fixture.ts'

const codes = (written: unknown, scope?: 'policy' | 'route') =>
  size.check(canonical(written), true, scope).map((finding) => finding.code)

describe('the check of size', () => {
  test('finds nothing in the defaults', () => {
    expect(codes({})).toEqual([])
  })

  test('finds a large body for every route, not for one', () => {
    expect(codes('11mb')).toEqual(['size-body'])
    expect(codes('10mb')).toEqual([])
    expect(codes('5gb', 'route')).toEqual([])
  })

  test('finds what is turned off and what is only observed', () => {
    expect(codes('off')).toEqual(['size-off'])
    expect(codes('observe')).toEqual(['size-observe'])
    expect(codes({ mode: 'observe', ceiling: '1gb' })).toEqual(['size-observe', 'size-ceiling'])
  })

  test('finds structures that hurt', () => {
    expect(codes({ depth: 101, keys: 100_001, duplicateKeys: 'allow', prototypeKeys: 'allow' }, 'route')).toEqual([
      'size-depth',
      'size-keys',
      'size-duplicate-keys',
      'size-prototype-keys',
    ])
  })
})
