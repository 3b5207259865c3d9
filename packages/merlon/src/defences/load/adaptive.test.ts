import { describe, expect, test } from 'vitest'
import { Adaptive } from './adaptive.ts'
import { codeOf, Process, request } from './load.fixture.ts'

/**
 * A service that works on so many at once, each for 10 ms, and lets the others wait; clients that keep as many under
 * way as they are let. Gives the limit after each second.
 */
function simulate(adaptive: Adaptive, capacity: number, seconds: number, fromMs = 0): number[] {
  const limits: number[] = []
  for (let ms = fromMs; ms < fromMs + seconds * 1000; ms += 10) {
    while (adaptive.take(1));
    const running = adaptive.running
    const tookMs = 10 * Math.max(1, running / capacity)
    for (let at = 0; at < Math.min(capacity, running); at++) {
      adaptive.sample(tookMs, ms)
      adaptive.give()
    }
    if ((ms + 10) % 1000 === 0) limits.push(adaptive.limit)
  }
  return limits
}

describe('a limit that finds itself', () => {
  test('grows while answers take no longer than usual', () => {
    const limits = simulate(new Adaptive(), 100_000, 30)
    expect(limits.at(-1)).toBeGreaterThan(150)
  })

  test('falls when the service slows down, and grows again after it', () => {
    const adaptive = new Adaptive()
    simulate(adaptive, 100, 20)
    const before = adaptive.limit
    simulate(adaptive, 10, 5, 20_000)
    const slow = adaptive.limit
    expect(slow).toBeLessThan(before / 2)
    simulate(adaptive, 100, 30, 25_000)
    expect(adaptive.limit).toBeGreaterThan(slow)
  })

  test('never falls below what lets a service recover', () => {
    const adaptive = new Adaptive()
    simulate(adaptive, 50, 5)
    for (let at = 0; at < 100_000; at++) {
      adaptive.force()
      adaptive.sample(60_000, 5000 + at * 30)
      adaptive.give()
    }
    expect(adaptive.limit).toBeGreaterThanOrEqual(10)
  })

  test('does not grow where nobody comes near it', () => {
    const adaptive = new Adaptive()
    for (let at = 0; at < 100_000; at++) {
      adaptive.take(1)
      adaptive.sample(1, at * 10)
      adaptive.give()
    }
    expect(adaptive.limit).toBe(100)
  })
})

describe('in a route', () => {
  test('measures to the beginning of an answer: who reads slowly does not close it for others', () => {
    const process = new Process()
    const { step, leave } = process.route({ concurrency: 'adaptive' })
    for (let at = 0; at < 1000; at++) {
      const facts = request()
      step('concurrency', facts)
      process.pass(5)
      leave(facts)
      process.pass(30_000)
      facts.end()
    }
    let free = 0
    while (free < 500 && codeOf(step('concurrency', request()) as never) === undefined) free++
    expect(free).toBeGreaterThanOrEqual(90)
  })

  test('refusals tell nothing of how fast the service is', () => {
    const process = new Process()
    const { step, leave } = process.route({ concurrency: 'adaptive' })
    const facts = request()
    step('concurrency', facts)
    facts.refusal = { kind: 'refuse', code: 'input-invalid' }
    expect(() => leave(facts)).not.toThrow()
  })
})
