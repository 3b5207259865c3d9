import { describe, expect, test } from 'vitest'
import { type Reading, Subject } from '../../contract/counters.ts'
import { limit, listening, ModelCounters, ModelStore, subject, TestTime } from './later.fixture.ts'
import { ResilientCounters } from './resilient.ts'

describe('attackers who wait for the store to fail', () => {
  test('and flood the memory: who owes is not forgotten, and who finds no place shares a cell with the network', async () => {
    const time = new TestTime()
    const inner = new ModelCounters(new ModelStore(time))
    const counters = new ResilientCounters(inner, { time, maxBytes: 2 * 1024 * 1024 })
    counters.attach(listening(1))
    const set = counters.prepare([limit('a', 2)])
    inner.way = 'down'
    await counters.ready()
    const ask = (who: Subject) => (set.charge([who], [1], time.now()) as Reading[])[0]?.admits
    const guilty = Array.from({ length: 500 }, (_, at) => subject(`guilty${at}`))
    for (const each of guilty) for (let tries = 0; tries < 2; tries++) ask(each)
    for (let at = 0; at < 90_000; at++) ask(subject(`fresh${at}`))
    for (const each of guilty) expect(ask(each)).toBe(false)
    const crowd = new Subject('n14:203.0.113.0/24', undefined)
    let admitted = 0
    for (let at = 0; at < 500; at++) if (ask(new Subject(`a9:late${at}`, crowd))) admitted++
    // Some of the flood may have fallen into the same cell.
    expect(admitted).toBeLessThanOrEqual(32)
    expect(admitted).toBeGreaterThan(20)
    expect(counters.notHandedOver).toBeGreaterThan(0)
  })

  test('and come as it returns: a subject is handed over before it is counted again', async () => {
    const time = new TestTime()
    const store = new ModelStore(time)
    const inner = new ModelCounters(store)
    const counters = new ResilientCounters(inner, { time })
    counters.attach(listening(1))
    const set = counters.prepare([limit('a', 2)])
    inner.way = 'down'
    await counters.ready()
    for (let at = 0; at < 1000; at++) for (let tries = 0; tries < 2; tries++) set.charge([subject(at)], [1], time.now())
    inner.way = 'up'
    inner.latencyMs = 10
    while (counters.link.lost) await time.advance(1)
    await time.advance(10)
    // 64 at a time, and each takes 10 ms: most have not had their turn.
    expect(store.cells.size).toBeLessThan(200)
    const answer = set.charge([subject(999)], [1], time.now())
    await time.advance(20)
    expect((await answer)[0]).toMatchObject({ admits: false, remaining: 0 })
    expect((await answer)[0]?.degraded).toBeUndefined()
    await time.advance(3000)
    expect(store.charged.get('a a3:500')).toBe(2)
  })
})
