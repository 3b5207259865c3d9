import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Limit, Subject } from '../../contract/counters.ts'
import { memoryCounters } from './index.ts'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
const MINUTE = 60_000
const MB = 1024 * 1024

function limit(id: string, quota: number, more: Partial<Limit> = {}): Limit {
  return { id, name: id, algorithm: 'gcra', quota, windowMs: MINUTE, burst: quota, overflowTimes: 16, ...more }
}

function subject(at: number | string, network?: Subject): Subject {
  const key = String(at)
  return new Subject(`a${key.length}:${key}`, network)
}

afterEach(() => vi.restoreAllMocks())

describe('counters in memory', () => {
  test('building draws no randomness: a Worker builds a guard where it has none', async () => {
    vi.resetModules()
    const drawn = vi.spyOn(crypto, 'randomUUID')
    const others = vi.spyOn(crypto, 'getRandomValues')
    const fresh = await import('./index.ts')
    const set = fresh.memoryCounters().prepare([limit('general', 5)])
    expect(drawn).not.toHaveBeenCalled()
    set.charge([subject(1)], [1], 0)
    set.charge([subject(2)], [1], 0)
    expect(drawn).toHaveBeenCalledTimes(1)
    expect(others).not.toHaveBeenCalled()
  })

  test('all limits admit and are charged, or none is', () => {
    const set = memoryCounters().prepare([limit('a', 10), limit('b', 2), limit('c', 10)])
    const who = subject(1)
    const charge = () => set.charge([who, who, who], [1, 1, 1], 0).map(({ admits, remaining }) => [admits, remaining])
    charge()
    const after = [
      [true, 8],
      [true, 0],
      [true, 8],
    ]
    expect(charge()).toEqual(after)
    for (let again = 0; again < 5; again++) {
      expect(charge()).toEqual([
        [true, 8],
        [false, 0],
        [true, 8],
      ])
    }
  })

  test('decides and charges as an exact model does, for any mix of subjects, costs and limits', () => {
    console.info(`seed ${seed}`)
    const limits = [limit('a', 3), limit('b', 7, { burst: 2 }), limit('c', 1000, { burst: 5, windowMs: 1000 })]
    const turn = fc.record({ who: fc.nat(3), other: fc.nat(3), cost: fc.integer({ min: 1, max: 2 }), pause: fc.nat(8) })
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 40 }), (turns) => {
        const set = memoryCounters().prepare(limits)
        const model = limits.map(() => new Map<number, bigint>())
        let now = 0
        for (const { who, other, cost, pause } of turns) {
          now += pause * 1300
          const whose = [who, other, who]
          const next = limits.map(({ quota, windowMs, burst }, at) => {
            const ticks = BigInt(now) * BigInt(quota)
            const zero = model[at]?.get(whose[at] as number) ?? 0n
            const time = (zero > ticks ? zero : ticks) + BigInt(cost * windowMs)
            return { time, fits: time - ticks <= BigInt(burst * windowMs) }
          })
          const readings = set.charge(
            whose.map((each) => subject(each)),
            [cost, cost, cost],
            now,
          )
          if (readings.some(({ admits }, at) => admits !== next[at]?.fits)) return false
          if (!next.every(({ fits }) => fits)) continue
          next.forEach(({ time }, at) => {
            model[at]?.set(whose[at] as number, time)
          })
        }
        return true
      }),
      { numRuns: 10_000, seed, verbose: false },
    )
  })

  test('sets that name the same limit share it, and a limit that changes starts anew', () => {
    const counters = memoryCounters()
    const [one, two] = [counters.prepare([limit('login', 1)]), counters.prepare([limit('login', 1), limit('x', 9)])]
    const who = subject(1)
    expect(one.charge([who], [1], 0)[0]?.admits).toBe(true)
    expect(two.charge([who, who], [1, 1], 0)[0]?.admits).toBe(false)
    expect(counters.prepare([limit('login', 2)]).charge([who], [1], 0)[0]?.admits).toBe(true)
  })

  test('limits of one set need ids of their own', () => {
    expect(() => memoryCounters().prepare([limit('a', 1), limit('a', 2)])).toThrow(/ids of their own, got a/)
  })

  test('a clock that goes back stands still, and where it started does not matter', () => {
    const set = memoryCounters().prepare([limit('a', 1)])
    const start = 1_790_000_000_000.25
    expect(set.charge([subject(1)], [1], start)[0]?.admits).toBe(true)
    expect(set.charge([subject(1)], [1], 5)[0]).toMatchObject({ admits: false, retryMs: MINUTE })
    expect(set.charge([subject(1)], [1], start + MINUTE)[0]?.admits).toBe(true)
  })

  test('reset forgets everything, the clock included', () => {
    const counters = memoryCounters()
    const set = counters.prepare([limit('a', 1)])
    const bytes = counters.bytes
    set.charge([subject(1)], [1], 1e9)
    counters.reset()
    expect([counters.size, counters.bytes]).toEqual([0, bytes])
    expect(set.charge([subject(1)], [1], 0)[0]?.admits).toBe(true)
    expect(set.charge([subject(1)], [1], MINUTE)[0]?.admits).toBe(true)
  })

  test('a bound that holds no table is refused with what to write', () => {
    expect(() => memoryCounters({ maxBytes: 0.5 })).toThrow('maxBytes is 0.5, expected a whole number of bytes')
    const counters = memoryCounters({ maxBytes: MB })
    counters.prepare([limit('a', 1)])
    expect(() => counters.prepare([limit('b', 1)])).toThrow(/maxBytes is 1048576, and 2 limits need 1179648/)
  })
})

describe('attackers who choose their subjects', () => {
  test('a flood of fresh subjects makes nobody who owes forgotten, and takes no more than the bound', () => {
    const counters = memoryCounters({ maxBytes: 3 * MB })
    const set = counters.prepare([limit('login', 2)])
    const guilty = Array.from({ length: 1000 }, (_, at) => subject(`guilty${at}`))
    for (const each of guilty) for (let tries = 0; tries < 2; tries++) set.charge([each], [1], 0)
    for (let at = 0; at < 200_000; at++) {
      set.charge([subject(`fresh${at}`)], [1], 1000 + at / 100)
      if (at % 1000 === 0) expect(counters.bytes).toBeLessThanOrEqual(3 * MB)
    }
    expect(counters.bytes).toBeGreaterThan(1.5 * MB)
    for (const each of guilty) expect(set.charge([each], [1], 29_000)[0]?.admits).toBe(false)
    for (const each of guilty) expect(set.charge([each], [1], 30_000)[0]?.admits).toBe(true)
  })

  test('whoever finds no place shares a cell with the network: sixteen times the quota, never one for all', () => {
    const counters = memoryCounters({ maxBytes: 2 * MB })
    const set = counters.prepare([limit('login', 2)])
    const crowd = new Subject('n11:10.0.0.0/24', undefined)
    for (let at = 0; at < 70_000; at++) set.charge([subject(`first${at}`, crowd)], [2], 0)
    const theirs = new Subject('n14:203.0.113.0/24', undefined)
    const ours = new Subject('n12:192.0.2.0/24', undefined)
    let admitted = 0
    for (let at = 0; at < 500; at++) if (set.charge([subject(`late${at}`, theirs)], [1], 0)[0]?.admits) admitted++
    expect(admitted).toBe(32)
    expect(set.charge([subject('again', theirs)], [1], 0)[0]).toMatchObject({ admits: false, remaining: 0 })
    expect(set.charge([subject('honest', ours)], [1], 0)[0]).toMatchObject({ admits: true, remaining: 2 })
    expect(set.charge([subject('nowhere')], [1], 0)[0]?.admits).toBe(true)
  })

  test('places come free as soon as their subjects owe nothing', () => {
    const counters = memoryCounters({ maxBytes: 2 * MB })
    const set = counters.prepare([limit('login', 2)])
    for (let at = 0; at < 60_000; at++) set.charge([subject(`first${at}`)], [2], 0)
    const full = counters.size
    for (let at = 0; at < 30_000; at++) set.charge([subject(`second${at}`)], [2], MINUTE)
    expect(counters.size).toBeLessThanOrEqual(full)
    let refused = 0
    for (let at = 0; at < 30_000; at++) if (!set.charge([subject(`second${at}`)], [1], MINUTE)[0]?.admits) refused++
    expect(refused).toBe(30_000)
  })

  test('refused requests make no entries', () => {
    const counters = memoryCounters()
    const set = counters.prepare([limit('address', 1), limit('account', 5)])
    const address = subject('attacker')
    for (let at = 0; at < 1000; at++) set.charge([address, subject(`account${at}`)], [1, 1], 0)
    expect(counters.size).toBe(2)
  })

  test('one flooded limit leaves the others room to grow', () => {
    const counters = memoryCounters({ maxBytes: 8 * MB })
    const [flooded, other] = [counters.prepare([limit('a', 2)]), counters.prepare([limit('b', 2)])]
    for (let at = 0; at < 400_000; at++) flooded.charge([subject(at)], [1], 0)
    for (let at = 0; at < 60_000; at++) other.charge([subject(at)], [2], 0)
    for (let at = 0; at < 60_000; at++) expect(other.charge([subject(at)], [1], 0)[0]?.admits).toBe(false)
    expect(counters.bytes).toBeLessThanOrEqual(8 * MB)
  })
})
