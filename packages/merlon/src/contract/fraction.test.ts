import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fractionOf } from './fraction.ts'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)

test('a·b/d is exact, rounded down and up, where the product is more than a double holds', () => {
  console.info(`seed ${seed}`)
  const factor = fc.oneof(
    fc.nat(1000),
    fc.integer({ min: 2 ** 36 - 1000, max: 2 ** 36 }),
    fc.integer({ min: 0, max: 2 ** 36 }),
  )
  const large = fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }))
  fc.assert(
    fc.property(large, factor, factor, (a, b, less) => {
      const d = Math.min(less + 1, 2 ** 36)
      const product = BigInt(a) * BigInt(b)
      const down = product / BigInt(d)
      if (down > BigInt(Number.MAX_SAFE_INTEGER)) return true
      const up = (product + BigInt(d) - 1n) / BigInt(d)
      return fractionOf(a, b, d, 'down') === Number(down) && fractionOf(a, b, d, 'up') === Number(up)
    }),
    { numRuns: 20_000, seed, verbose: false },
  )
})

test('a billion requests in a year are shared out to the unit', () => {
  const year = 366 * 86_400_000
  expect(fractionOf(1_000_000_000, year - 1, year, 'up')).toBe(1_000_000_000)
  expect(fractionOf(1_000_000_000, year - 1, year, 'down')).toBe(999_999_999)
  expect(fractionOf(32_000_000_000, 1, year, 'up')).toBe(2)
})
