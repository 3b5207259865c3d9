import { describe, expect, test } from 'vitest'
import { drawId } from './ids.ts'

const MANY = 5000

describe('ids of requests', () => {
  const ids = Array.from({ length: MANY }, drawId)

  test('are random UUIDs, whether they were drawn alone or in a batch', () => {
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  test('never come twice, and no part of one comes again in the next', () => {
    expect(new Set(ids).size).toBe(MANY)
    for (const [from, to] of [
      [0, 8],
      [24, 36],
    ] as const) {
      // Of 8 digits, two of 5,000 are the same with a chance of one in 340.
      expect(new Set(ids.map((id) => id.slice(from, to))).size).toBeGreaterThanOrEqual(MANY - 1)
    }
  })

  test('have every variant alike: none of what was drawn is lost but to the format', () => {
    const counts = new Map<string, number>()
    for (const id of ids) counts.set(id[19] ?? '', (counts.get(id[19] ?? '') ?? 0) + 1)
    expect([...counts.keys()].sort()).toEqual(['8', '9', 'a', 'b'])
    for (const count of counts.values()) expect(count).toBeGreaterThan(MANY / 5)
  })
})
