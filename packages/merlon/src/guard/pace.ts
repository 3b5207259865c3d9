import type { Facts } from '../contract/facts.ts'
import type { Pace } from '../contract/pace.ts'
import type { CompiledRoute } from './compile.ts'

/** How long a request may take: by its route, or by what holds for every route as long as that is not known. */
export function paceOf(facts: Facts): Pace | undefined {
  return (facts.route as CompiledRoute).pace
}

/** What is left of a request's whole time; 0 where it is over, Infinity where there is none. */
export function remainingMs(facts: Facts, nowMs: number): number {
  const pace = paceOf(facts)
  return pace === undefined ? Number.POSITIVE_INFINITY : Math.max(0, facts.startedMs + pace.totalMs - nowMs)
}

/** The reason of the signal at the deadline, as `AbortSignal.timeout` has it. */
export function timeoutError(): DOMException {
  return new DOMException('the deadline of the request has passed', 'TimeoutError')
}
