import { describe, expect, test } from 'vitest'
import { floodOf, tableOf } from '../../../../../soak/memory-floods.ts'

const MB = 1024 * 1024

// The long runs are soak/memory-floods.ts, their results beside it: five million requests each, and ten million subjects.
describe('a flood from networks of IPv6, scaled', () => {
  test.each(['requests', 'logins'] as const)(
    '%s: refused, within the bound, and the honest client is not',
    async (kind) => {
      const { admitted, honest, honestRefused, tableBytes, maxBytes } = await floodOf(kind, 40_000, 5, 16 * MB)
      // Five /48s with 16 times the quota each, and what comes back in the time that it takes.
      expect(admitted).toBeLessThan(5 * 16 * (kind === 'requests' ? 100 : 5) + 1000)
      expect(admitted).toBeGreaterThan(0)
      expect([honest, honestRefused]).toEqual([50, 0])
      expect(tableBytes).toBeLessThanOrEqual(maxBytes)
    },
  )
})

test('ten million subjects, scaled: the bound holds, and nobody who owes is forgotten', () => {
  const { mostBytes, maxBytes, forgotten, entries } = tableOf('gcra', 200_000, 3 * MB)
  expect(mostBytes).toBeLessThanOrEqual(maxBytes)
  expect([forgotten, entries > 50_000]).toEqual([0, true])
})
