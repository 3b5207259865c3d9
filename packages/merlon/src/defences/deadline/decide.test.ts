import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Phase } from '../../contract/pace.ts'
import { canonical, dueIn } from './deadline.fixture.ts'
import { compile, compilePace } from './decide.ts'

describe('when a request is looked at', () => {
  test('is at its end, where nothing is shorter', () => {
    for (const phase of ['guard', 'handler', 'answer'] as const) expect(dueIn('5s', phase, 5000)).toBe(6000)
  })

  test('is when its body is late, as a whole or from one byte to the next', () => {
    expect(dueIn({ total: '10s', body: '4s' }, 'body', 4999)).toBe(5000)
    expect(dueIn({ total: '10s', body: '4s', idle: '1s' }, 'body')).toBe(3000)
  })

  test('is when its handler is late, counted from its turn', () => {
    expect(dueIn({ total: '10s', handler: '2s' }, 'handler')).toBe(4000)
    expect(dueIn({ total: '2s', handler: '2s' }, 'handler')).toBe(3000)
  })

  test('is soon enough for the phase that may come next', () => {
    expect(dueIn({ total: '10s', body: '9s', handler: '2s' }, 'body', 2500)).toBe(4500)
    expect(dueIn({ total: '10s', body: '9s', handler: '2s' }, 'guard', 2500)).toBe(4500)
    expect(dueIn({ total: '10s', answer: '1s' }, 'handler', 2500)).toBe(3500)
    expect(dueIn({ total: '10s', body: '2s' }, 'guard', 2500)).toBe(3000)
    expect(dueIn({ total: '10s', idle: '1s' }, 'handler', 2500)).toBe(3500)
  })

  test('is when its answer is late, in the whole or in a time of its own, or never', () => {
    expect(dueIn({ total: '10s', handler: '1s' }, 'answer')).toBe(11_000)
    expect(dueIn({ total: '10s', answer: '1s' }, 'answer')).toBe(3000)
    expect(dueIn({ total: '10s', answer: '1h' }, 'answer')).toBe(3_602_000)
    expect(dueIn({ total: '10s', answer: 'off' }, 'answer')).toBe(Number.POSITIVE_INFINITY)
  })
})

test('a request that is not late is looked at later, and one that is late never passes for one that is not', () => {
  const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
  console.info(`seed ${seed}`)
  const ms = fc.integer({ min: 10, max: 60_000 })
  const phase = fc.constantFrom<Phase>('guard', 'body', 'handler', 'answer')
  const answerMs = fc.oneof(ms, fc.constant<'total'>('total'), fc.constant<'off'>('off'))
  const property = fc.property(
    ms,
    ms,
    ms,
    ms,
    answerMs,
    phase,
    ms,
    ms,
    (total, body, idle, handler, answer, ...rest) => {
      const [at, sinceMs, nowMs] = rest
      const handlerMs = Math.min(handler, total)
      const pace = compilePace({
        ...canonical(),
        totalMs: total,
        bodyMs: Math.min(body, total),
        idleMs: idle,
        handlerMs,
        answerMs: answer,
      })
      const own = answer === 'off' ? Number.POSITIVE_INFINITY : answer
      const ends: Record<Phase, number> = {
        guard: total,
        body: Math.min(total, sinceMs + Math.min(body, total), sinceMs + idle),
        handler: Math.min(total, sinceMs + handlerMs),
        answer: own === 'total' ? total : sinceMs + own,
      }
      const dueMs = pace.dueMs({ phase: at, startedMs: 0, sinceMs, movedMs: sinceMs }, nowMs)
      const late = ends[at] <= nowMs
      expect(dueMs <= nowMs).toBe(late)
      expect(dueMs).toBeLessThanOrEqual(ends[at])
    },
  )
  fc.assert(property, { numRuns: 10_000, verbose: false, seed })
})

describe('what a late request is refused with', () => {
  const pace = compilePace(canonical())

  test('blames the client for its body, and nobody but us for the rest', () => {
    expect(pace.late('body')).toMatchObject({ code: 'request-timeout', close: true })
    for (const phase of ['guard', 'handler', 'answer'] as const) {
      expect(pace.late(phase)).toMatchObject({ code: 'deadline-exceeded', close: true })
    }
  })

  test('tells the operator what it was, and the client nothing of it', () => {
    expect(pace.late('handler').reason).toBe('the handler had not answered after 30000 ms')
    expect(pace.late('handler').detail).toBeUndefined()
  })
})

test('lateness is noticed within a tenth of the shortest time, and never looked for more often than every 10 ms', () => {
  expect(compilePace(canonical()).tickMs).toBe(1000)
  expect(compilePace(canonical({ idle: '2s' })).tickMs).toBe(200)
  expect(compilePace(canonical({ answer: '20ms' })).tickMs).toBe(10)
})

test('off leaves nothing to look at', () => {
  expect(compile(canonical('off'))).toEqual({})
})
