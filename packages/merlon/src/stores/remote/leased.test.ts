import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Limit, LimitSet, Reading } from '../../contract/counters.ts'
import { largestSlice, leasedBound } from '../../contract/leased-bound.ts'
import { limit, listening, ModelCounters, ModelStore, subject, TestTime } from './later.fixture.ts'
import { LeasedCounters } from './leased.ts'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
const who = subject(1)
const leased = (quota: number, more: Partial<Limit> = {}) => limit('a', quota, { counting: 'leased', ...more })

class Process {
  readonly inner: ModelCounters
  readonly counters: LeasedCounters
  readonly set: LimitSet
  /** Until then it is stopped. */
  pausedMs = 0

  constructor(store: ModelStore, of: readonly Limit[], instances: number | undefined, latencyMs = 0) {
    this.inner = new ModelCounters(store, latencyMs)
    this.counters = new LeasedCounters(this.inner, { time: store.time })
    this.counters.attach(listening(instances))
    this.set = this.counters.prepare(of)
  }
}

function open(of: readonly Limit[], instances: number | undefined = 1) {
  const time = new TestTime()
  const store = new ModelStore(time)
  return { time, store, ...new Process(store, of, instances), join: () => new Process(store, of, instances) }
}

async function heat(set: LimitSet, time: TestTime, ask = who): Promise<void> {
  for (let at = 0; at < 16; at++) await set.charge([ask], [1], time.now())
  await time.settle()
}

describe('a subject that comes often', () => {
  test('is decided in memory, from a slice that is at most a half of what is left, in parts', async () => {
    const { set, time, counters, inner } = open([leased(1000)], 4)
    await heat(set, time)
    expect(counters.outstanding).toBe(16)
    expect(counters.outstanding).toBeLessThanOrEqual(largestSlice(leased(1000), 4))
    const { asked } = inner
    for (let at = 0; at < 10; at++) expect(set.charge([who], [1], time.now())).toBeInstanceOf(Array)
    expect(inner.asked).toBe(asked)
  })

  test('gets larger slices the more it asks for, and smaller ones again', async () => {
    const { set, time, counters } = open([leased(100_000)], 1)
    await heat(set, time)
    let most = 0
    for (let at = 0; at < 20_000; at++) {
      set.charge([who], [1], time.now())
      if (at % 8 === 0) await time.settle()
      most = Math.max(most, counters.outstanding)
    }
    expect(most).toBeGreaterThan(1000)
    for (let at = 0; at < 100; at++) {
      await set.charge([who], [1], time.now())
      await time.advance(100)
    }
    expect(counters.outstanding).toBeLessThan(100)
  })

  test('and one that does not is decided by the store', async () => {
    const { set, time, counters, inner } = open([leased(1000)])
    for (let at = 0; at < 100; at++) {
      await set.charge([who], [1], time.now())
      await time.advance(200)
    }
    expect(inner.asked).toBe(100)
    expect(counters.outstanding).toBe(0)
  })

  test('takes one slice at a time', async () => {
    const { set, time, inner } = open([leased(1000)])
    inner.latencyMs = 5
    for (let at = 0; at < 16; at++) void set.charge([who], [1], time.now())
    await time.advance(5)
    const { asked } = inner
    for (let at = 0; at < 100; at++) void set.charge([who], [1], time.now())
    expect(inner.asked - asked).toBe(100)
    await time.advance(5)
    expect(set.charge([who], [1], time.now())).toBeInstanceOf(Array)
  })

  test('is told what is left in all', async () => {
    const { set, time } = open([leased(1000)])
    await heat(set, time)
    const [reading] = (await set.charge([who], [1], time.now())) as [Reading]
    expect(reading).toMatchObject({ admits: true, remaining: 1000 - 17 })
  })
})

describe('a slice', () => {
  test('is not used for its last fifth, and goes back', async () => {
    const { set, time, store, counters, inner } = open([leased(1000)])
    await heat(set, time)
    set.charge([who], [1], time.now())
    expect(store.charged.get('a a1:1')).toBe(32)
    time.stop(800)
    const { asked } = inner
    expect(set.charge([who], [1], time.now())).not.toBeInstanceOf(Array)
    expect(inner.asked - asked).toBe(1)
    await time.advance(0)
    // 16 to get hot, one from the slice, one from the store: the rest is back, or in the next slice.
    expect((store.charged.get('a a1:1') ?? 0) - counters.outstanding).toBe(18)
  })

  test('of a process that was stopped past its time is neither used nor given back', async () => {
    const { set, time, store, inner } = open([leased(1000)])
    await heat(set, time)
    time.stop(60_000)
    const { asked } = inner
    expect(set.charge([who], [1], time.now())).not.toBeInstanceOf(Array)
    await time.advance(1000)
    expect(inner.asked).toBe(asked + 1)
    expect(store.charged.get('a a1:1')).toBe(33)
  })

  test('goes back when its holder closes, and no timer is left', async () => {
    const { set, time, store, counters } = open([leased(1000)])
    await heat(set, time)
    await counters.close()
    expect(store.charged.get('a a1:1')).toBe(16)
    expect(time.timers).toBe(0)
    await heat(set, time)
    expect(counters.outstanding).toBe(0)
  })

  test.each(['forget', 'reset', 'ban', 'elsewhere'] as const)('is dropped after %s', async (what) => {
    const { set, time, store, counters } = open([leased(1000)])
    await counters.pulse()
    await heat(set, time)
    if (what === 'forget') await set.forget([who])
    else if (what === 'reset') await counters.reset()
    else if (what === 'ban') await counters.ban(leased(1000), who, 1000)
    else {
      store.generation++
      await counters.pulse()
    }
    expect(counters.outstanding).toBe(0)
    expect(set.charge([who], [1], time.now())).not.toBeInstanceOf(Array)
  })

  test('is not taken before it is known how many share, and those know of this process', async () => {
    const { set, time, store, counters } = open([leased(1000)])
    counters.attach(listening(undefined))
    store.instances = 5
    await heat(set, time)
    expect(counters.outstanding).toBe(0)
    await counters.pulse()
    await heat(set, time)
    expect(counters.outstanding).toBe(0)
    await time.advance(3000)
    await heat(set, time)
    expect(counters.outstanding).toBeGreaterThan(0)
    expect(counters.outstanding).toBeLessThanOrEqual(100)
  })
})

describe('what is never decided ahead', () => {
  test.each([
    ['exact limits', [limit('a', 1000)]],
    ['sign-ins', [leased(1000, { authentication: true })]],
    ['what may be given back', [leased(1000, { refundable: true })]],
    ['strict windows', [leased(30, { algorithm: 'strict' })]],
    ['sets with a limit that is not leased', [leased(1000), limit('b', 1000)]],
  ] as const)('%s', async (_, limits) => {
    const { set, time, counters, inner } = open(limits)
    for (let at = 0; at < 40; at++) {
      await set.charge(
        limits.map(() => who),
        limits.map(() => 1),
        time.now(),
      )
    }
    await time.settle()
    expect(inner.asked).toBe(40)
    expect(counters.outstanding).toBe(0)
  })
})

describe('what it admits', () => {
  test('all together: no more in any time than an exact limit and the bound, whoever is killed or stopped', async () => {
    console.info(`seed ${seed}`)
    type Step = { at: number; burst: number; pause: number; fate: 'runs' | 'killed' | 'stopped' }
    const step: fc.Arbitrary<Step> = fc.record({
      at: fc.nat(7),
      burst: fc.constantFrom(1, 16, 40, 200),
      pause: fc.constantFrom(0, 0, 1, 7, 40, 300, 900, 2500),
      fate: fc.constantFrom('runs', 'runs', 'runs', 'runs', 'runs', 'runs', 'killed', 'stopped'),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 20, maxLength: 100 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 40, max: 3000 }),
        fc.constantFrom(1000, 10_000, 60_000),
        async (steps, instances, quota, windowMs) => {
          const of = leased(quota, { windowMs })
          const time = new TestTime()
          const store = new ModelStore(time)
          const start = () => new Process(store, [of], instances, 1)
          const processes = Array.from({ length: instances }, start)
          const admitted: number[] = []
          for (const { at, burst, pause, fate } of steps) {
            const process = processes[at % instances] as Process
            if (fate === 'killed') {
              // Its connection goes with it: nothing that it still wants is sent.
              process.inner.way = 'down'
              processes[at % instances] = start()
            } else if (fate === 'stopped') process.pausedMs = time.now() + 1500
            if (fate === 'runs' && time.now() >= process.pausedMs) {
              for (let ask = 0; ask < burst; ask++) {
                const when = time.now()
                const answer = process.set.charge([who], [1], when)
                if (Array.isArray(answer)) {
                  if ((answer as Reading[])[0]?.admits) admitted.push(time.now())
                } else {
                  void Promise.resolve(answer).then(
                    ([reading]) => {
                      if (reading?.admits) admitted.push(time.now())
                    },
                    () => {},
                  )
                }
                if (ask % 8 === 7) await time.advance(1)
              }
            }
            await time.advance(pause)
            const outstanding = processes.reduce((sum, { counters }) => sum + counters.outstanding, 0)
            if (outstanding > leasedBound(of, instances)) return false
          }
          await time.advance(10)
          const most = of.burst + leasedBound(of, instances)
          return admitted.every((end, last) => {
            for (let first = 0; first <= last; first++) {
              const start = admitted[first] as number
              // An answer takes a millisecond, so it tells of a charge that was a millisecond earlier.
              if (last - first + 1 > most + Math.ceil(((end - start + 2) * of.quota) / of.windowMs)) return false
            }
            return true
          })
        },
      ),
      { numRuns: 200, seed, verbose: false },
    )
  })

  test('is over the limit by what stood in slices, and by no more', async () => {
    const of = leased(8000, { windowMs: 3_600_000 })
    const time = new TestTime()
    const store = new ModelStore(time)
    const processes = Array.from({ length: 8 }, () => new Process(store, [of], 8))
    for (const { set } of processes) await heat(set, time)
    // Everybody asks until its slices are as large as they get, and then for all that there is, at one moment.
    let admitted = 0
    for (let turn = 0; turn < 4000; turn++) {
      const readings = (await processes[turn % 8]?.set.charge([who], [1], time.now())) as Reading[]
      if (readings[0]?.admits) admitted++
      if (turn % 32 === 0) await time.settle()
    }
    const held = processes.reduce((sum, { counters }) => sum + counters.outstanding, 0)
    expect(held).toBeGreaterThan(500)
    expect(held).toBeLessThanOrEqual(leasedBound(of, 8))
    for (let turn = 0; turn < 12_000; turn++) {
      const readings = (await processes[turn % 8]?.set.charge([who], [1], time.now())) as Reading[]
      if (readings[0]?.admits) admitted++
      if (turn % 32 === 0) await time.settle()
    }
    expect(admitted + 8 * 16).toBeLessThanOrEqual(8000 + leasedBound(of, 8))
    expect(admitted + 8 * 16).toBeGreaterThanOrEqual(7990)
  })

  test('the bound is half of the burst, whatever the number of processes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1000 }), (quota, instances) => {
        const bound = leasedBound(leased(quota), instances)
        return bound <= quota / 2 && bound >= 0
      }),
      { numRuns: 1000, seed, verbose: false },
    )
  })
})
