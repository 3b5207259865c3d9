import { describe, expect, test } from 'vitest'
import { type Limit, Subject } from '../../contract/counters.ts'
import { memoryCounters } from '../memory/index.ts'
import { MeasuredCounters } from './index.ts'

const limit = (id: string, quota: number): Limit => {
  return { id, name: id, algorithm: 'gcra', quota, windowMs: 60_000, burst: quota, overflowTimes: 16 }
}

const ann = new Subject('a3:ann', undefined)

describe('what is decided is taken down', () => {
  test('by limit, over all its rates; who would have admitted is not told where another refuses', () => {
    const counters = new MeasuredCounters(memoryCounters(), () => {})
    const set = counters.prepare([limit('general', 5), limit('login@POST /login', 2)])
    for (let at = 0; at < 3; at++) set.charge([ann, ann], [1, 1], 0)
    counters.prepare([limit('general#tier:pro', 50)]).charge([ann], [1], 0)
    expect(counters.tallies).toEqual([
      { limit: 'general', admitted: 3, refused: 0, degraded: 0 },
      { limit: 'login@POST /login', admitted: 2, refused: 1, degraded: 0 },
    ])
  })

  test('of reservations too', async () => {
    const counters = new MeasuredCounters(memoryCounters(), () => {})
    const set = counters.prepare([limit('login', 1)])
    await set.reserve([ann], [1], 0)
    await set.reserve([ann], [1], 0)
    expect(counters.tallies).toMatchObject([{ admitted: 1, refused: 1 }])
  })

  test('with the time of one decision in 64 in memory', () => {
    const times: number[] = []
    let nowMs = 0
    const counters = new MeasuredCounters(
      memoryCounters(),
      (ms) => times.push(ms),
      () => nowMs++,
    )
    const set = counters.prepare([limit('general', 1000)])
    for (let at = 0; at < 128; at++) set.charge([ann], [1], 0)
    expect(times).toEqual([1, 1])
  })
})
