import { describe, expect, test } from 'vitest'
import type { Limit, Reading } from '../../contract/counters.ts'
import { limit, MINUTE, ModelCounters, ModelStore, subject, TestTime } from './later.fixture.ts'
import { RefusedCounters } from './refused.ts'

const who = subject(1)

function open(limits: readonly Limit[], most?: number) {
  const time = new TestTime()
  const store = new ModelStore(time)
  const join = () => {
    const inner = new ModelCounters(store)
    const counters = new RefusedCounters(inner, { time, ...(most !== undefined && { most }) })
    return { inner, counters, set: counters.prepare(limits) }
  }
  return { time, store, join, ...join() }
}

describe('a client that is known to be refused', () => {
  test('is refused from memory until its time, with what is true then', async () => {
    const { set, inner, time } = open([limit('a', 2)])
    for (let at = 0; at < 3; at++) await set.charge([who], [1], time.now())
    const asked = inner.asked
    time.stop(10_000)
    for (let at = 0; at < 100; at++) {
      const [reading] = (await set.charge([who], [1], time.now())) as [Reading]
      expect(reading).toMatchObject({ admits: false, remaining: 0, retryMs: 20_000, nextMs: 20_000, resetMs: 50_000 })
    }
    expect(set.charge([who], [1], time.now())).toBeInstanceOf(Array)
    expect(inner.asked).toBe(asked)
    time.stop(20_000)
    expect((await set.charge([who], [1], time.now()))[0]?.admits).toBe(true)
  })

  test('is asked about again for a smaller cost', async () => {
    const { set, inner, time } = open([limit('a', 5)])
    await set.charge([who], [3], time.now())
    expect((await set.charge([who], [3], time.now()))[0]?.admits).toBe(false)
    expect((await set.charge([who], [2], time.now()))[0]?.admits).toBe(true)
    expect(inner.asked).toBe(3)
  })

  test('is not mistaken for the same account from elsewhere, nor the same address with another account', async () => {
    const { counters, inner, time } = open([])
    const set = counters.prepare([limit('a', 1), limit('b', 1)])
    const account = (from: string) => subject('account', subject(from))
    for (const from of ['home', 'home', 'away']) await set.charge([who, account(from)], [1, 1], time.now())
    expect(inner.asked).toBe(3)
    await set.charge([who, subject('other')], [1, 1], time.now())
    expect(inner.asked).toBe(4)
    expect(set.charge([who, account('home')], [1, 1], time.now())).toBeInstanceOf(Array)
  })

  test('goes to the store where a charge may be given back', async () => {
    const { counters, inner, time } = open([])
    const set = counters.prepare([limit('a', 1, { refundable: true }), limit('b', 9)])
    for (let at = 0; at < 5; at++) await set.charge([who, who], [1, 1], time.now())
    expect(inner.asked).toBe(5)
  })

  test('goes to the store where a penalty has to count it', async () => {
    const { counters, inner, time } = open([])
    const penalty = { after: 3, withinMs: MINUTE, banMs: [MINUTE], forgetMs: MINUTE }
    const set = counters.prepare([limit('a', 1), limit('p', 99, { algorithm: 'penalty', penalty })])
    for (let at = 0; at < 5; at++) await set.charge([who, who], [1, 1], time.now())
    expect(inner.asked).toBe(5)
  })

  test('and banned is refused from memory', async () => {
    const { counters, inner, time } = open([])
    const penalty = { after: 3, withinMs: MINUTE, banMs: [MINUTE], forgetMs: MINUTE }
    // The model knows no bans: a limit that is used up answers as one.
    const set = counters.prepare([limit('a', 9), limit('p', 1, { algorithm: 'penalty', penalty })])
    for (let at = 0; at < 5; at++) await set.charge([who, who], [1, 1], time.now())
    expect(inner.asked).toBe(2)
  })

  test('is not kept where that was decided without the store', async () => {
    const { inner, time } = open([])
    const refusing = { ...limit('a', 1) }
    const reading = { limit: refusing, admits: false, remaining: 0, nextMs: 1000, retryMs: 1000, resetMs: 1000 }
    let asked = 0
    const fake = Object.assign(Object.create(inner) as ModelCounters, {
      prepare: () => ({
        charge: () => {
          asked++
          return [{ ...reading, degraded: 'closed' }]
        },
      }),
    })
    const set = new RefusedCounters(fake, { time }).prepare([refusing])
    for (let at = 0; at < 3; at++) set.charge([who], [1], time.now())
    expect(asked).toBe(3)
  })

  test('does not fill the memory', async () => {
    const { counters, inner, time } = open([], 10)
    const set = counters.prepare([limit('a', 1)])
    for (let at = 0; at < 50; at++) {
      await set.charge([subject(at)], [1], time.now())
      await set.charge([subject(at)], [1], time.now())
    }
    const { asked } = inner
    for (let at = 0; at < 50; at++) await set.charge([subject(at)], [1], time.now())
    expect(inner.asked - asked).toBe(50)
    for (let at = 40; at < 50; at++) expect(set.charge([subject(at)], [1], time.now())).toBeInstanceOf(Array)
  })

  test.each(['forget', 'unban', 'reset', 'override'] as const)(
    'is asked about again everywhere after %s',
    async (what) => {
      const { time, counters, set, store, join } = open([limit('a', 1)])
      const other = join()
      await counters.pulse()
      await other.counters.pulse()
      for (let at = 0; at < 2; at++) await set.charge([who], [1], time.now())
      await other.set.charge([who], [1], time.now())
      expect(other.set.charge([who], [1], time.now())).toBeInstanceOf(Array)
      if (what === 'forget') await set.forget([who])
      else if (what === 'unban') await counters.unban(limit('a', 1), who)
      else if (what === 'reset') await counters.reset()
      else await counters.overrides.set({ principal: 'p' })
      store.cells.clear()
      expect((await set.charge([who], [1], time.now()))[0]?.admits).toBe(true)
      store.cells.clear()
      await other.counters.pulse()
      expect((await other.set.charge([who], [1], time.now()))[0]?.admits).toBe(true)
    },
  )

  test('what was asked before a reset and answered after it is not kept', async () => {
    const { set, inner, store, time } = open([limit('a', 1)])
    await set.charge([who], [1], time.now())
    inner.latencyMs = 5
    const late = Promise.resolve(set.charge([who], [1], time.now()))
    inner.latencyMs = 0
    await set.forget([who])
    await time.advance(10)
    expect((await late)[0]?.admits).toBe(false)
    expect(store.cells.size).toBe(0)
    expect((await set.charge([who], [1], time.now()))[0]?.admits).toBe(true)
  })
})
