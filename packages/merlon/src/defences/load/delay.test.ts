import { describe, expect, test } from 'vitest'
import { codeOf, Process, request } from './load.fixture.ts'

/** How long each of so many requests would wait, one after the other, as fast as they are answered. */
async function waits(process: Process, count: number, written: unknown = { delay: { after: '2/1s', step: '100ms' } }) {
  const { step } = process.route(written)
  const waited: number[] = []
  for (let at = 0; at < count; at++) {
    const from = process.nowMs
    const verdict = step('delay', request())
    if (verdict === undefined) waited.push(0)
    else {
      while (process.waiting > 0) process.pass(10)
      expect(await verdict).toBeUndefined()
      waited.push(process.nowMs - from)
    }
  }
  return waited
}

describe('past its rate a client waits', () => {
  test('one step longer with each request that comes too early', () => {
    const process = new Process()
    const { step } = process.route({ delay: { after: '4/1m', step: '100ms', most: '350ms', queue: 100 } })
    const begun = Array.from({ length: 8 }, () => step('delay', request()))
    expect(begun.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined])
    expect(process.waiting).toBe(4)
    const left: number[] = []
    for (let ms = 0; ms < 500; ms += 50) {
      left.push(process.waiting)
      process.pass(50)
    }
    // 100, 200, 300, and 350 at the most.
    expect(left).toEqual([4, 4, 3, 3, 2, 2, 1, 0, 0, 0])
  })

  test('and not at all when it has slowed down', async () => {
    const process = new Process()
    expect((await waits(process, 3)).at(-1)).toBeGreaterThan(0)
    process.pass(10_000)
    expect(await waits(process, 2)).toEqual([0, 0])
  })

  test('and never longer than what one window owes, however often it has asked', () => {
    const process = new Process()
    const { step } = process.route({ delay: { after: '2/1m', step: '1s', most: '5m', queue: 1_000_000 } })
    for (let at = 0; at < 500; at++) step('delay', request())
    process.pass(4000)
    expect(process.waiting).toBe(0)
  })
})

describe('the queue', () => {
  const written = { delay: { after: '1/1m', step: '1s', queue: 20 } }

  test('takes a tenth of its places from one client, and refuses more at once', () => {
    const process = new Process()
    const { step } = process.route(written)
    const verdicts = Array.from({ length: 5 }, () => step('delay', request()))
    expect(process.waiting).toBe(2)
    expect(codeOf(verdicts.at(-1) as never)).toBe('rate-limited')
  })

  test('is bounded for all clients together', () => {
    const process = new Process()
    const { step } = process.route(written)
    for (let client = 0; client < 50; client++) {
      for (let at = 0; at < 4; at++) step('delay', request(`203.0.113.${client}`))
    }
    expect(process.waiting).toBe(20)
  })

  test('has its places back when a client goes away', async () => {
    const process = new Process()
    const { step } = process.route(written)
    const gone = new AbortController()
    const facts = request()
    Object.defineProperty(facts, 'signal', { value: gone.signal })
    step('delay', request())
    const verdict = step('delay', facts)
    expect(process.waiting).toBe(1)
    gone.abort()
    await verdict
    expect(process.waiting).toBe(0)
  })

  test('is the same for all routes', () => {
    const process = new Process()
    const routes = ['GET /a', 'GET /b'].map((route) => process.route(written, route))
    for (const { step } of routes) for (let at = 0; at < 5; at++) step('delay', request())
    expect(process.waiting).toBe(2)
  })
})

test('in observe nobody waits, and the log learns who would have', () => {
  const process = new Process()
  const { step } = process.route({ mode: 'observe', delay: { after: '1/1m' } })
  expect([step('delay', request()), step('delay', request())]).toEqual([undefined, undefined])
  expect(process.observed).toMatchObject([{ code: 'rate-limited', reason: 'load: would have waited 500 ms' }])
})
