import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Limit } from './counters.ts'
import { admits, compileGcra, GcraReading, readGcra, refundOf, roundingOf } from './gcra.ts'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)

function limit(quota: number, windowMs: number, burst = quota): Limit {
  return { id: 'general', name: 'general', algorithm: 'gcra', quota, windowMs, burst, overflowTimes: 16 }
}

/** One subject, counted by what the stores count by. */
class Counted {
  private zero = 0
  private readonly gcra
  readonly limit: Limit

  constructor(quota: number, windowMs: number, burst = quota) {
    this.limit = limit(quota, windowMs, burst)
    this.gcra = compileGcra(quota, windowMs, burst)
  }

  charge(nowMs: number, cost = 1) {
    const now = Math.floor(nowMs * this.gcra.ticksPerMs)
    const debt = Math.max(0, this.zero - now)
    const admitted = admits(this.gcra, debt, cost)
    const after = admitted ? debt + cost * this.gcra.interval : debt
    if (admitted) this.zero = now + after
    return readGcra(this.limit, this.gcra, after, cost, admitted)
  }
}

/** The algorithm as the textbook has it, in fractions that nothing rounds: a millisecond is `quota` parts. */
class Model {
  private zero = 0n
  constructor(
    private readonly quota: number,
    private readonly windowMs: number,
    private readonly burst: number,
  ) {}

  charge(nowMs: number, cost: number): boolean {
    const now = BigInt(nowMs) * BigInt(this.quota)
    const after = (this.zero > now ? this.zero : now) + BigInt(cost) * BigInt(this.windowMs)
    if (after - now > BigInt(this.burst) * BigInt(this.windowMs)) return false
    this.zero = after
    return true
  }
}

const rates = fc.record({
  quota: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20_000 })),
  windowMs: fc.oneof(fc.constantFrom(1000, 60_000, 900_000, 86_400_000), fc.integer({ min: 1, max: 2_000_000 })),
  burst: fc.integer({ min: 1, max: 40 }),
})
/** Pauses in intervals and bursts of nothing at all, each with a cost. */
const charges = fc.array(
  fc.tuple(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 4, noNaN: true })), fc.integer({ min: 1, max: 6 })),
  { maxLength: 40 },
)

describe('GCRA', () => {
  test('"N in W" with burst B admits at most B + ⌊t·N/W⌋ in any time t, whatever the costs', () => {
    console.info(`seed ${seed}`)
    fc.assert(
      fc.property(rates, charges, ({ quota, windowMs, burst }, steps) => {
        const counted = new Counted(quota, windowMs, burst)
        const admitted: [at: number, cost: number][] = []
        let nowMs = 0
        for (const [pause, cost] of steps) {
          nowMs += Math.floor((pause * windowMs) / quota)
          if (counted.charge(nowMs, cost).admits) admitted.push([nowMs, cost])
        }
        for (let first = 0; first < admitted.length; first++) {
          let sum = 0
          for (const [at, cost] of admitted.slice(first)) {
            sum += cost
            const t = at - (admitted[first]?.[0] ?? 0)
            if (BigInt(sum) > BigInt(burst) + (BigInt(t) * BigInt(quota)) / BigInt(windowMs)) return false
          }
        }
        return true
      }),
      { numRuns: 10_000, seed, verbose: false },
    )
  })

  test('where nothing is rounded it decides as the exact model does: no looser, no stricter', () => {
    fc.assert(
      fc.property(rates, charges, ({ quota, windowMs, burst }, steps) => {
        const counted = new Counted(quota, windowMs, burst)
        const model = new Model(quota, windowMs, burst)
        const exact = roundingOf(quota, windowMs) === 0
        let nowMs = 0
        for (const [pause, cost] of steps) {
          nowMs += Math.floor((pause * windowMs) / quota)
          const got = counted.charge(nowMs, cost).admits
          if (exact && got !== model.charge(nowMs, cost)) return false
        }
        return true
      }),
      { numRuns: 10_000, seed, verbose: false },
    )
  })

  test('what it says of waiting is true: after it, and not before, the same cost is admitted', () => {
    fc.assert(
      fc.property(rates, charges, ({ quota, windowMs, burst }, steps) => {
        const counted = new Counted(quota, windowMs, burst)
        let nowMs = 0
        for (const [pause, wanted] of steps) {
          const cost = Math.min(wanted, burst)
          nowMs += Math.floor((pause * windowMs) / quota)
          const { retryMs, remaining } = counted.charge(nowMs, cost)
          if (retryMs === 0 ? remaining < cost : remaining >= cost) return false
          if (retryMs === 0) continue
          if (retryMs > 1 && counted.charge(nowMs + retryMs - 1, cost).admits) return false
          nowMs += retryMs
          if (!counted.charge(nowMs, cost).admits) return false
        }
        return true
      }),
      { numRuns: 10_000, seed, verbose: false },
    )
  })

  test('seven in fifteen minutes are seven at once, though the interval is no whole number of milliseconds', () => {
    const counted = new Counted(7, 900_000)
    const said = Array.from({ length: 8 }, () => counted.charge(0).admits)
    expect(said).toEqual([true, true, true, true, true, true, true, false])
  })

  test('a reading tells what remains, when the next unit comes, and when all is back', () => {
    const counted = new Counted(5, 900_000)
    expect(counted.charge(0)).toMatchObject({
      admits: true,
      remaining: 4,
      nextMs: 180_000,
      retryMs: 0,
      resetMs: 180_000,
    })
    expect(counted.charge(0)).toMatchObject({ remaining: 3, nextMs: 180_000, resetMs: 360_000 })
    expect(counted.charge(90_000)).toMatchObject({ remaining: 2, nextMs: 90_000, resetMs: 450_000 })
    expect(counted.charge(90_000, 3)).toMatchObject({ admits: false, remaining: 2, nextMs: 90_000, retryMs: 90_000 })
  })

  test('a refusal charges nothing: a steady client recovers', () => {
    const counted = new Counted(1, 60_000)
    counted.charge(0)
    for (let at = 1000; at < 60_000; at += 1000) expect(counted.charge(at).admits).toBe(false)
    expect(counted.charge(60_000).admits).toBe(true)
  })

  test('a reading that works out its times when they are asked for says the same', () => {
    fc.assert(
      fc.property(rates, fc.nat(2 ** 40), fc.integer({ min: 1, max: 40 }), ({ quota, windowMs, burst }, owed, cost) => {
        const gcra = compileGcra(quota, windowMs, burst)
        const debt = owed % (gcra.most + 1)
        const { limit: of, admits: said, ...ready } = readGcra(limit(quota, windowMs, burst), gcra, debt, cost, true)
        const late = new GcraReading(of, gcra, debt, cost, said)
        expect(late).toMatchObject({ limit: of, admits: said, ...ready })
      }),
      { numRuns: 2_000, seed, verbose: false },
    )
  })

  test('of a charge that is given back, the time since is taken off', () => {
    const gcra = compileGcra(5, 900_000, 5)
    const minutes = (count: number) => count * 60_000 * gcra.ticksPerMs
    expect(refundOf(gcra, 1, minutes(7), minutes(7))).toBe(minutes(3))
    expect(refundOf(gcra, 2, minutes(7), minutes(8))).toBe(minutes(5))
    expect(refundOf(gcra, 1, minutes(7), minutes(10))).toBe(0)
    expect(refundOf(gcra, 1, minutes(7), minutes(99))).toBe(0)
    // A clock that has gone back makes it no more than it was.
    expect(refundOf(gcra, 1, minutes(7), 0)).toBe(minutes(3))
  })

  test('rates of everyday use are not rounded at all', () => {
    for (const [quota, windowMs] of [
      [100, 900_000],
      [7, 60_000],
      [997, 60_000],
      [10_000, 1000],
      [1_000_000, 1000],
      [3, 30 * 86_400_000],
    ] as const) {
      expect(roundingOf(quota, windowMs)).toBe(0)
    }
  })

  test('where ticks would get too fine the interval is rounded up, and by how much can be told', () => {
    expect(roundingOf(99_991, 60_000)).toBeGreaterThan(0)
    expect(roundingOf(99_991, 60_000)).toBeLessThan(0.0002)
    expect(roundingOf(9_999_991, 1000)).toBeGreaterThan(0.01)
  })
})
