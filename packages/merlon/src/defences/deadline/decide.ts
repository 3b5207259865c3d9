import type { Compiled } from '../../contract/defence.ts'
import type { Pace, Phase, Progress } from '../../contract/pace.ts'
import { type Refusal, refuse } from '../../contract/verdict.ts'
import type { Deadline } from './options.ts'

const MIN_TICK_MS = 10
const MAX_TICK_MS = 1000

export function compile(options: Deadline): Compiled {
  return options.mode === 'off' ? {} : { pace: compilePace(options) }
}

/** Lateness is noticed within a tenth of the shortest time: closer than that, nobody means it. */
export function compilePace(options: Deadline): Pace {
  const { totalMs, headersMs, bodyMs, idleMs, handlerMs, answerMs } = options
  const own = answerMs === 'off' ? Number.POSITIVE_INFINITY : answerMs === 'total' ? undefined : answerMs
  const shortestMs = Math.min(totalMs, bodyMs, idleMs, handlerMs, own ?? totalMs)
  const refusals = compileRefusals(options)
  // A phase that has not begun cannot be late sooner than this from now on.
  const nextMs = Math.min(idleMs, handlerMs, own ?? handlerMs)
  return {
    totalMs,
    headersMs,
    tickMs: Math.max(MIN_TICK_MS, Math.min(MAX_TICK_MS, Math.floor(shortestMs / 10))),
    timesHandler: handlerMs < totalMs,
    timesAnswer: own !== undefined && Number.isFinite(own),
    dueMs: (progress, nowMs) => decideDue(progress, nowMs),
    late: (phase) => refusals[phase],
  }

  function decideDue({ phase, startedMs, sinceMs, movedMs }: Progress, nowMs: number): number {
    const endMs = startedMs + totalMs
    switch (phase) {
      case 'guard':
        return soon(endMs, startedMs, nowMs)
      case 'body':
        return soon(Math.min(endMs, sinceMs + bodyMs, movedMs + idleMs), startedMs, nowMs)
      case 'handler':
        return soon(Math.min(endMs, sinceMs + handlerMs), startedMs, nowMs)
      case 'answer':
        return own === undefined ? endMs : sinceMs + own
    }
  }

  /** One phase gives way to another with no word of it, so a look comes before the next could be late. */
  function soon(lateMs: number, startedMs: number, nowMs: number): number {
    if (lateMs <= nowMs) return lateMs
    const bodyEndMs = startedMs + bodyMs
    return Math.min(lateMs, nowMs + nextMs, bodyEndMs > nowMs ? bodyEndMs : lateMs)
  }
}

function compileRefusals({ totalMs, bodyMs, idleMs, handlerMs }: Deadline): Readonly<Record<Phase, Refusal>> {
  const late = (what: string) => refuse('deadline-exceeded', { reason: what, close: true })
  return {
    guard: late(`the guard itself waited for ${totalMs} ms: see what its store says`),
    body: refuse('request-timeout', {
      reason: `the body did not come: it has ${bodyMs} ms, and ${idleMs} ms between two bytes`,
      close: true,
    }),
    handler: late(`the handler had not answered after ${handlerMs} ms`),
    answer: late('the answer had begun and was not at its end'),
  }
}
