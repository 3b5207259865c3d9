import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Limit, LimitSet, Reading } from '../../contract/counters.ts'
import { limit, listening, MINUTE, ModelCounters, ModelStore, subject, TestTime } from './later.fixture.ts'
import { ResilientCounters } from './resilient.ts'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
const who = subject(1)

function open(limits: readonly Limit[], { instances = 1 as number | undefined, latencyMs = 0 } = {}) {
  const time = new TestTime()
  const store = new ModelStore(time)
  const inner = new ModelCounters(store, latencyMs)
  const counters = new ResilientCounters(inner, { time })
  const host = listening(instances)
  counters.attach(host)
  return { time, store, inner, counters, host, set: counters.prepare(limits) }
}

/** What the set says now; a promise is waited for, for as long as 100 ms. */
async function charge(set: LimitSet, time: TestTime, ask = subject(1), cost = 1): Promise<Reading> {
  const answer = Promise.resolve(set.charge([ask], [cost], time.now()))
  await time.advance(0)
  const first = await Promise.race([answer, time.settle().then(() => undefined)])
  if (first === undefined) await time.advance(100)
  return (await answer)[0] as Reading
}

async function lose({ set, time }: { set: LimitSet; time: TestTime }): Promise<void> {
  for (let at = 0; at < 5; at++) await charge(set, time, subject(`lost${at}`))
}

describe('while the store answers', () => {
  test('what it says is said, and nothing is added', async () => {
    const { set, time } = open([limit('a', 2)])
    expect(await charge(set, time)).toMatchObject({ admits: true, remaining: 1 })
    expect(await charge(set, time)).toMatchObject({ admits: true, remaining: 0 })
    const refused = await charge(set, time)
    expect(refused).toMatchObject({ admits: false })
    expect(refused.degraded).toBeUndefined()
  })

  test('the caller may use its arrays again at once', async () => {
    const { set, time, store, inner } = open([limit('a', 2)], { latencyMs: 5 })
    const [subjects, costs] = [[subject('first')], [2]]
    const answer = set.charge(subjects, costs, time.now())
    subjects[0] = subject('second')
    costs[0] = 1
    await time.advance(10)
    await answer
    inner.way = 'down'
    await lose({ set, time })
    expect(await charge(set, time, subject('first'))).toMatchObject({ admits: false, degraded: 'local' })
    expect(store.charged.get('a a5:first')).toBe(2)
  })
})

describe('the wait', () => {
  test('ends after 25 ms, and the limit goes on by itself', async () => {
    const { set, time, inner } = open([limit('a', 2)])
    inner.way = 'stalled'
    const answer = Promise.resolve(set.charge([who], [1], time.now()))
    let said: Reading[] | undefined
    void answer.then((readings) => {
      said = readings
    })
    await time.advance(24)
    expect(said).toBeUndefined()
    await time.advance(2)
    expect(said?.[0]).toMatchObject({ admits: true, remaining: 1, degraded: 'local' })
  })

  test('an answer that is in the socket when a busy process comes round counts', async () => {
    const { set, time, inner } = open([limit('a', 2)])
    inner.way = 'stalled'
    const answer = set.charge([who], [1], time.now())
    time.stop(500)
    // The timer is due, and the loop's next poll brings the answer.
    time.turn(() => inner.resume())
    await time.advance(0)
    expect((await answer)[0]?.degraded).toBeUndefined()
  })

  test('a charge that was late stands, and is not handed over again', async () => {
    const { set, time, inner, store } = open([limit('a', 10)])
    inner.way = 'stalled'
    expect(await charge(set, time)).toMatchObject({ degraded: 'local', remaining: 9 })
    inner.resume()
    await time.advance(2000)
    expect(store.charged.get('a a1:1')).toBe(1)
    expect((await charge(set, time)).remaining).toBe(8)
  })

  test('a late refusal of what was admitted here is handed over', async () => {
    const { counters, set, time, inner, store } = open([limit('a', 1)])
    inner.way = 'stalled'
    expect((await charge(set, time)).admits).toBe(true)
    store.debit([limit('a', 1)], [who], [1])
    inner.resume()
    void counters.pulse()
    await time.advance(2000)
    expect(store.charged.get('a a1:1')).toBe(2)
  })
})

describe('a store that is lost', () => {
  test('is not waited for any more after five failures, and one event says so', async () => {
    const all = open([limit('a', 10)])
    const { set, time, inner, host } = all
    inner.way = 'stalled'
    await lose(all)
    const asked = inner.asked
    for (let at = 0; at < 100; at++) expect(set.charge([subject(at)], [1], time.now())).toBeInstanceOf(Array)
    expect(inner.asked).toBe(asked)
    expect(host.events).toEqual([{ kind: 'store-lost', store: 'model', detail: 'no answer within 25 ms' }])
  })

  test('is asked by one probe at a time, and is back within two seconds, with one event', async () => {
    const all = open([limit('a', 10)])
    const { set, time, inner, host } = all
    inner.way = 'stalled'
    await lose(all)
    const asked = inner.asked
    await time.advance(60_000)
    // One a second at the most: a probe that hangs is given up after that long.
    expect(inner.asked - asked).toBeLessThanOrEqual(60)
    inner.resume()
    await time.advance(2000)
    expect(host.events.map(({ kind }) => kind)).toEqual(['store-lost', 'store-back'])
    expect((await charge(set, time)).degraded).toBeUndefined()
  })

  test('that refuses connections is back within two seconds too', async () => {
    for (const chance of [0, 0.999]) {
      const all = open([limit('a', 10)])
      all.time.chance = chance
      all.inner.way = 'down'
      await lose(all)
      await all.time.advance(300_000)
      all.inner.way = 'up'
      await all.time.advance(2000)
      expect(all.host.events.map(({ kind }) => kind)).toEqual(['store-lost', 'store-back'])
    }
  })

  test('is asked by the next request where timers do not outlive the one that set them', async () => {
    const all = open([limit('a', 10)])
    all.inner.way = 'down'
    await lose(all)
    all.inner.way = 'up'
    all.time.stop(500)
    await charge(all.set, all.time)
    expect((await charge(all.set, all.time)).degraded).toBeUndefined()
  })

  test('at the start is lost, and the process starts', async () => {
    const { counters, inner, host, set, time } = open([limit('a', 10)])
    inner.way = 'down'
    await counters.ready()
    expect(host.events.map(({ kind }) => kind)).toEqual(['store-lost'])
    expect(set.charge([who], [1], time.now())).toBeInstanceOf(Array)
  })

  test('leaves nothing unhandled, and operators learn of it', async () => {
    const all = open([limit('a', 10)])
    const { counters, inner, set, time } = all
    inner.way = 'down'
    await lose(all)
    await expect(counters.bans()).rejects.toThrow('ECONNREFUSED')
    await expect(set.forget([who])).rejects.toThrow('ECONNREFUSED')
    inner.way = 'stalled'
    const reset = expect(counters.reset()).rejects.toThrow('model has not answered within 5000 ms')
    await time.advance(6000)
    await reset
  })
})

describe('what each setting does', () => {
  const stateOf = (reading: Reading) => [reading.admits, reading.degraded]

  test.each([
    ['local', {}, 1, [true, 'local']],
    ['open', { onFailure: 'open' }, 1, [true, 'open']],
    ['closed', { onFailure: 'closed' }, 1, [false, 'closed']],
    ['a sign-in', { authentication: true }, 2, [true, 'local']],
    ['a sign-in that says open', { authentication: true, onFailure: 'open' }, 2, [true, 'local']],
    ['a sign-in with more processes than guesses', { authentication: true }, 6, [false, 'closed']],
    ['a sign-in among nobody knows how many', { authentication: true }, undefined, [false, 'closed']],
  ] as const)('%s', async (_, more, instances, expected) => {
    const all = open([limit('a', 5, more)], { instances })
    if (instances === undefined) all.counters.attach(listening(undefined))
    all.inner.way = 'down'
    await lose(all)
    expect(stateOf(await charge(all.set, all.time))).toEqual(expected)
  })

  test('a refusal that is closed charges nothing of the set, and says when to come again', async () => {
    const limits = [limit('a', 5), limit('b', 5, { onFailure: 'closed' })]
    const { set, inner, time, counters } = open(limits)
    inner.way = 'down'
    await lose({ set: counters.prepare([limit('x', 9)]), time })
    for (let at = 0; at < 9; at++) {
      const readings = (await set.charge([who, who], [1, 1], time.now())) as Reading[]
      expect(readings.map(({ admits, remaining, retryMs }) => [admits, remaining, retryMs])).toEqual([
        [true, 5, 0],
        [false, 0, 1000],
      ])
    }
  })

  test('the share is by what the store last counted, and a quarter where it has not', async () => {
    for (const [counted, share] of [
      [2, 50],
      [undefined, 25],
    ] as const) {
      const { counters, set, store, inner, time } = open([limit('a', 100)])
      counters.attach(listening(undefined))
      store.instances = counted
      await counters.ready()
      inner.way = 'down'
      await lose({ set, time })
      let admitted = 0
      for (let at = 0; at < 120; at++) if ((await charge(set, time)).admits) admitted++
      expect(admitted).toBe(share)
    }
  })

  test('goes on from what the store has said: who owes there owes here', async () => {
    const { set, inner, time } = open([limit('a', 10)], { instances: 2 })
    await charge(set, time, who, 8)
    inner.way = 'down'
    await lose({ set, time })
    // Two are left of ten, and one of them is this process' share.
    expect((await charge(set, time)).admits).toBe(true)
    expect(await charge(set, time)).toMatchObject({ admits: false, degraded: 'local' })
  })

  test('who is banned stays banned, and who is not is not', async () => {
    const penalty = limit('p', 1, {
      algorithm: 'penalty',
      penalty: { after: 3, withinMs: MINUTE, banMs: [MINUTE], forgetMs: MINUTE },
    })
    const { set, counters, inner, time } = open([penalty])
    inner.way = 'down'
    await counters.ban(penalty, who, 10_000).catch(() => {})
    await lose({ set, time })
    expect(await charge(set, time)).toMatchObject({ admits: false, degraded: 'local' })
    expect((await charge(set, time, subject(2))).admits).toBe(true)
    await time.advance(10_000)
    expect((await charge(set, time)).admits).toBe(true)
  })

  test('one who signs in from a known place counts apart, and does not clear the account for strangers', async () => {
    const { set, inner, time } = open([limit('a', 4)])
    const stranger = subject('account', subject('account from elsewhere'))
    const owner = subject('account', subject('account from home'))
    await set.remember([owner], MINUTE * 60, time.now())
    await charge(set, time, stranger, 4)
    inner.way = 'down'
    await lose({ set, time })
    expect((await charge(set, time, owner)).admits).toBe(true)
    expect((await charge(set, time, stranger)).admits).toBe(false)
  })
})

describe('what is given back', () => {
  test('of a decision made here is given back here, once', async () => {
    const all = open([limit('a', 3)])
    const { set, inner, time, store } = all
    inner.way = 'down'
    await lose(all)
    const reservation = await set.reserve([who], [3], time.now())
    expect((await charge(set, time)).admits).toBe(false)
    await reservation.refund([0], [2])
    await reservation.refund()
    await reservation.refund()
    expect((await charge(set, time, who, 3)).admits).toBe(true)
    inner.way = 'up'
    await time.advance(3000)
    expect(store.charged.get('a a1:1')).toBe(3)
  })

  test('before it is known that the store has charged it is given back there too', async () => {
    const { set, inner, time, store } = open([limit('a', 3)])
    inner.way = 'stalled'
    const late = Promise.resolve(set.reserve([who], [3], time.now()))
    await time.advance(30)
    await (await late).refund([0], [2])
    inner.resume()
    await time.advance(100)
    expect(store.charged.get('a a1:1')).toBe(1)
    await (await late).refund()
    await time.advance(100)
    expect(store.charged.get('a a1:1')).toBe(0)
  })

  test('a refusal here is not paid for there', async () => {
    const { set, inner, time, store } = open([limit('a', 3, { onFailure: 'closed' })])
    inner.way = 'stalled'
    const late = Promise.resolve(set.reserve([who], [3], time.now()))
    await time.advance(30)
    expect((await late).readings[0]?.admits).toBe(false)
    inner.resume()
    await time.advance(100)
    expect(store.charged.get('a a1:1')).toBe(0)
  })
})

describe('places among those that run at once', () => {
  const most = { id: 'c', name: 'c', most: 4, leaseMs: 10_000 }

  test('are this process share while the store is away, with those that it had before', async () => {
    const { counters, inner, time, set } = open([limit('a', 9)], { instances: 2 })
    const leases = counters.prepareLeases([most])
    const first = await leases.acquire([who], time.now())
    inner.way = 'down'
    await lose({ set, time })
    const second = await leases.acquire([who], time.now())
    expect(second).toMatchObject({ refusedBy: undefined, degraded: 'local' })
    expect(await leases.acquire([who], time.now())).toMatchObject({ refusedBy: most, degraded: 'local' })
    first.release()
    first.release()
    expect((await leases.acquire([who], time.now())).refusedBy).toBeUndefined()
    expect((await leases.acquire([who], time.now())).refusedBy).toBe(most)
  })

  test('that come late belong to whoever was let in meanwhile', async () => {
    const { counters, inner, time, store } = open([])
    const leases = counters.prepareLeases([most])
    inner.way = 'stalled'
    const late = Promise.resolve(leases.acquire([who], time.now()))
    await time.advance(30)
    const lease = await late
    inner.resume()
    await time.advance(10)
    expect(store.leases.get('c a1:1')).toBe(1)
    lease.release()
    await time.advance(10)
    expect(store.leases.get('c a1:1')).toBe(0)
  })
})

describe('in any order of events', () => {
  type Step = { way?: 'up' | 'down' | 'stalled' | 'cut'; who?: number; cost?: number; pause?: number }
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ who: fc.nat(2), cost: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 2, arbitrary: fc.record({ pause: fc.constantFrom(1, 10, 30, 500, 3000, 20_000) }) },
    { weight: 1, arbitrary: fc.record({ way: fc.constantFrom('up', 'down', 'stalled', 'cut') }) },
  )

  test('one process: nothing is lost, and what is counted twice was on its way when the store was lost', async () => {
    console.info(`seed ${seed}`)
    const of = limit('a', 12)
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { counters, set, time, store, inner } = open([of])
        const admitted = [0, 0, 0]
        for (const { way, who: at, cost = 1, pause } of steps) {
          if (way !== undefined) {
            inner.resume()
            inner.way = way
          } else if (pause !== undefined) await time.advance(pause)
          else if (at !== undefined) {
            if ((await charge(set, time, subject(at), cost)).admits) admitted[at] = (admitted[at] ?? 0) + cost
          }
        }
        inner.resume()
        void counters.pulse()
        await time.advance(3000)
        const lost = counters.notHandedOver
        // What was admitted here decays as it would have in the store.
        const decayed = ((time.now() - 1000) / MINUTE) * of.quota + 1
        return admitted.every((units, at) => {
          const charged = store.charged.get(`a ${subject(at).key}`) ?? 0
          return charged <= units + store.unheard && charged >= units - decayed - lost
        })
      }),
      { numRuns: 400, seed, verbose: false },
    )
  })

  test('alone, what the store holds in the end is what it would hold had it never been away', async () => {
    const of = limit('a', 12, { burst: 7 })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { counters, set, time, store, inner } = open([of])
        const ideal = new ModelStore(time)
        for (const { way, who: at, cost = 1, pause } of steps) {
          if (way !== undefined) inner.way = way === 'down' || way === 'stalled' ? 'down' : 'up'
          else if (pause !== undefined) await time.advance(pause)
          else if (at !== undefined && (await charge(set, time, subject(at), cost)).admits) {
            ideal.debit([of], [subject(at)], [cost])
          }
        }
        inner.way = 'up'
        void counters.pulse()
        await time.advance(3000)
        return [0, 1, 2].every((at) => {
          const over = store.owes(of, subject(at)) - ideal.owes(of, subject(at))
          // Each time that something is handed over a part of a unit is rounded up.
          return over >= -0.001 && over <= steps.length
        })
      }),
      { numRuns: 400, seed, verbose: false },
    )
  })

  test('all together never admit more than the limit while the store is away, where their number is declared', async () => {
    const turn = fc.record({ at: fc.nat(6), cost: fc.integer({ min: 1, max: 3 }), pause: fc.nat(4000) })
    const kinds = fc.constantFrom<Partial<Limit>>(
      {},
      { burst: 9 },
      { algorithm: 'strict' },
      { algorithm: 'sliding-window' },
      { algorithm: 'fixed-window' },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(turn, { maxLength: 120 }),
        fc.integer({ min: 1, max: 7 }),
        kinds,
        fc.integer({ min: 7, max: 30 }),
        async (turns, instances, kind, quota) => {
          const time = new TestTime()
          const of = limit('a', quota, { burst: quota, ...kind })
          const sets: LimitSet[] = []
          for (let at = 0; at < instances; at++) {
            const inner = new ModelCounters(new ModelStore(time))
            inner.way = 'down'
            const counters = new ResilientCounters(inner, { time })
            counters.attach(listening(instances))
            await counters.ready()
            sets.push(counters.prepare([of]))
          }
          const times: number[] = []
          for (const { at, cost, pause } of turns) {
            time.stop(pause)
            const readings = sets[at % instances]?.charge([who], [cost], time.now()) as Reading[]
            if (readings[0]?.admits) for (let unit = 0; unit < cost; unit++) times.push(time.now())
          }
          const rate = of.algorithm === 'gcra' ? of.quota / of.windowMs : 0
          const most = of.algorithm === 'gcra' ? of.burst : of.quota
          return times.every((end, last) =>
            times.every((start, first) => {
              if (first > last || (rate === 0 && end - start >= of.windowMs)) return true
              return last - first + 1 <= most + Math.floor((end - start) * rate)
            }),
          )
        },
      ),
      { numRuns: 300, seed, verbose: false },
    )
  })
})

describe('the breaker', () => {
  test('takes one pause, with many waiting, for no loss', async () => {
    const { set, time, inner, host } = open([limit('a', 100)])
    inner.way = 'stalled'
    const answers = Array.from({ length: 50 }, (_, at) => set.charge([subject(at)], [1], time.now()))
    await time.advance(40)
    inner.resume()
    for (const answer of answers) expect((await answer)[0]).toMatchObject({ admits: true, degraded: 'local' })
    await time.advance(1000)
    expect(host.events).toEqual([])
    expect((await charge(set, time)).degraded).toBeUndefined()
  })
})
