import { describe, expect, test } from 'vitest'
import type { Reading } from '../../contract/counters.ts'
import { memoryCounters } from '../memory/index.ts'
import { remote } from './index.ts'
import { limit, listening, ModelCounters, ModelStore, subject, TestTime } from './later.fixture.ts'

const who = subject(1)

function open(instances: number | undefined = undefined) {
  const time = new TestTime()
  const store = new ModelStore(time)
  const inner = new ModelCounters(store)
  const counters = remote(inner, { time })
  const host = listening(instances)
  counters.attach(host)
  return { time, store, inner, counters, host }
}

describe('the whole of it', () => {
  test('tells the store every second that this process is there, from the first request on', async () => {
    const { time, inner, counters } = open()
    const set = counters.prepare([limit('a', 9)])
    await time.advance(10_000)
    expect(inner.asked).toBe(0)
    expect(time.timers).toBe(0)
    await set.charge([who], [1], time.now())
    expect(inner.asked).toBe(2)
    await time.advance(10_000)
    expect(inner.asked).toBe(12)
    await counters.close()
    await time.advance(10_000)
    expect(inner.asked).toBe(12)
    expect(time.timers).toBe(0)
  })

  test('is ready once it knows how many there are', async () => {
    const { store, counters } = open()
    store.instances = 3
    await counters.ready()
    expect(counters.resilient.instances).toBe(3)
  })

  test('a hot subject is decided from its slice while the store is away, then by the share', async () => {
    const { time, inner, counters } = open(2)
    const set = counters.prepare([limit('a', 1000, { counting: 'leased' })])
    for (let at = 0; at < 16; at++) await set.charge([who], [1], time.now())
    await time.settle()
    inner.way = 'down'
    const first = set.charge([who], [1], time.now()) as Reading[]
    expect(first[0]?.degraded).toBeUndefined()
    let share = 0
    for (let at = 0; at < 2000; at++) {
      const [reading] = (await set.charge([who], [1], time.now())) as [Reading]
      if (reading.admits && reading.degraded === 'local') share++
    }
    expect(share).toBeGreaterThan(400)
    expect(share).toBeLessThanOrEqual(500)
  })

  test('who is refused by the share alone is admitted once the store is back', async () => {
    const { time, inner, counters, host } = open(4)
    const set = counters.prepare([limit('a', 8)])
    inner.way = 'down'
    for (let at = 0; at < 9; at++) await set.charge([who], [1], time.now())
    expect(((await set.charge([who], [1], time.now())) as Reading[])[0]?.admits).toBe(false)
    inner.way = 'up'
    await time.advance(2000)
    expect(host.events.map(({ kind }) => kind)).toEqual(['store-lost', 'store-back'])
    const [reading] = (await set.charge([who], [1], time.now())) as [Reading]
    // What the share has admitted, two of eight, is in the store by now.
    expect(reading).toMatchObject({ admits: true, remaining: 5 })
    expect(reading.degraded).toBeUndefined()
  })

  test('of a store that answers at once makes no promise', () => {
    const counters = remote(memoryCounters(), { time: new TestTime() })
    const set = counters.prepare([limit('a', 2), limit('b', 9)])
    const admits = () => (set.charge([who, who], [1, 1], 0) as Reading[]).map((reading) => reading.admits)
    expect([admits(), admits(), admits(), admits()]).toEqual([
      [true, true],
      [true, true],
      [false, true],
      [false, true],
    ])
  })

  test.each([
    [{ waitMs: 0 }, 'memory: waitMs is 0, expected a whole number above 0'],
    [{ failures: 1.5 }, 'memory: failures is 1.5, expected a whole number above 0'],
    [{ sliceMs: 10 }, 'memory: sliceMs is 10, expected a whole number of at least 50'],
  ])('%j is refused with what to write', (options, message) => {
    expect(() => remote(memoryCounters(), options)).toThrow(message)
  })
})
