import { describe, expect, test } from 'vitest'
import { codeOf, Process, request } from './load.fixture.ts'

describe('places of one client', () => {
  test('are as many as the policy says, and come back with the end of an answer', () => {
    const { step } = new Process().route({ concurrency: 2 })
    const held = [request(), request()]
    expect(held.map((facts) => step('concurrency', facts))).toEqual([undefined, undefined])
    expect(codeOf(step('concurrency', request()) as never)).toBe('too-many-at-once')
    held[0]?.end()
    expect(step('concurrency', request())).toBeUndefined()
    expect(codeOf(step('concurrency', request()) as never)).toBe('too-many-at-once')
  })

  test('are its own: others have theirs', () => {
    const { step } = new Process().route({ concurrency: 1 })
    step('concurrency', request('203.0.113.7'))
    expect(step('concurrency', request('203.0.113.8'))).toBeUndefined()
  })

  test('are the principal’s, from wherever it calls', () => {
    const { step } = new Process().route({ concurrency: 1 })
    const of = (address: string) => {
      const facts = request(address)
      facts.principal = { id: 'user:1', tier: undefined, scopes: [] }
      return step('concurrency', facts)
    }
    expect(of('203.0.113.7')).toBeUndefined()
    expect(codeOf(of('203.0.113.8') as never)).toBe('too-many-at-once')
  })

  test('of a route count apart from the policy’s', () => {
    const process = new Process()
    process.route({ concurrency: 1 }).step('concurrency', request())
    expect(process.route({ concurrency: { client: 1, lease: '2m' } }, 'GET /a').step('concurrency', request())).toBe(
      undefined,
    )
  })

  test('are given back once, whatever happens', () => {
    const { step } = new Process().route({ concurrency: 1 })
    const facts = request()
    step('concurrency', facts)
    facts.end()
    facts.end()
    expect(step('concurrency', request())).toBeUndefined()
    expect(codeOf(step('concurrency', request()) as never)).toBe('too-many-at-once')
  })

  test('that were refused hold nothing', () => {
    const { step } = new Process().route({ concurrency: 1 })
    const first = request()
    step('concurrency', first)
    const refused = Array.from({ length: 10 }, () => request())
    for (const facts of refused) step('concurrency', facts)
    for (const facts of refused) facts.end()
    expect(codeOf(step('concurrency', request()) as never)).toBe('too-many-at-once')
  })
})

describe('places of all', () => {
  test('are shared by priority: low has half of them, critical is never turned away', () => {
    const process = new Process()
    const route = (priority: string) => process.route({ priority, concurrency: { all: 10 } })
    const taken = (priority: string) => {
      const { step } = route(priority)
      let count = 0
      while (count < 50 && step('concurrency', request()) === undefined) count++
      return count
    }
    expect(taken('low')).toBe(5)
    expect(taken('normal')).toBe(4)
    expect(taken('high')).toBe(1)
    expect(taken('critical')).toBe(50)
  })

  test('a client’s refusal takes none of them', () => {
    const { step } = new Process().route({ priority: 'high', concurrency: { client: 1, all: 2 } })
    for (let at = 0; at < 10; at++) step('concurrency', request())
    expect(step('concurrency', request('203.0.113.9'))).toBeUndefined()
  })
})

test('in observe nobody is refused', () => {
  const process = new Process()
  const { step } = process.route({ mode: 'observe', concurrency: 1 })
  expect([step('concurrency', request()), step('concurrency', request())]).toEqual([undefined, undefined])
  expect(process.observed).toMatchObject([{ code: 'too-many-at-once' }])
})

test('an inline route takes its places and does nothing else', () => {
  const { steps } = new Process().route({ concurrency: 1 }, 'GET /a', 'app.ts:1')
  expect(Object.keys(steps)).toEqual(['load.concurrency'])
})
