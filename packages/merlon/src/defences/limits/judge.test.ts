import { describe, expect, test } from 'vitest'
import type { Limit, Reading } from '../../contract/counters.ts'
import { judge } from './judge.ts'

const limit = (name: string, algorithm: Limit['algorithm'] = 'gcra'): Limit => ({
  id: `* ${name}`,
  name,
  algorithm,
  quota: 5,
  windowMs: 60_000,
  burst: 5,
  overflowTimes: 16,
})

const refusing = (name: string, more: Partial<Reading> = {}): Reading => ({
  limit: limit(name),
  admits: false,
  remaining: 0,
  nextMs: 12_000,
  retryMs: 12_000,
  resetMs: 60_000,
  ...more,
})

const closed = { degraded: 'closed', nextMs: 1000, retryMs: 1000 } as const

describe('a limit whose store does not answer', () => {
  test('and that is closed refuses with 503: the client has done nothing', () => {
    const refusal = judge([refusing('login', closed)], new Map())
    expect(refusal).toMatchObject({ code: 'store-unavailable', headers: ['Retry-After', '1'] })
    expect(refusal?.members).toBeUndefined()
  })

  test('and that goes on by its share refuses as ever', () => {
    expect(judge([refusing('general', { degraded: 'local' })], new Map())?.code).toBe('rate-limited')
  })

  test('does not hide that another one is used up', () => {
    const refusal = judge([refusing('login', closed), refusing('general', { degraded: 'local' })], new Map())
    expect(refusal).toMatchObject({
      code: 'rate-limited',
      headers: ['Retry-After', '12'],
      members: { 'violated-policies': ['general'] },
    })
  })

  test('makes nobody banned', () => {
    const penalty = refusing('penalty', { ...closed, limit: limit('penalty', 'penalty') })
    expect(judge([refusing('login', closed), penalty], new Map())?.code).toBe('store-unavailable')
    const banned = refusing('penalty', { limit: limit('penalty', 'penalty') })
    expect(judge([refusing('login', closed), banned], new Map())?.code).toBe('banned')
  })
})
