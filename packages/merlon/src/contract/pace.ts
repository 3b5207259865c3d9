import type { Refusal } from './verdict.ts'

/**
 * What a request waits for: the guard's own steps, the rest of its body, the handler, or the rest of its answer to be
 * made and taken.
 */
export type Phase = 'guard' | 'body' | 'handler' | 'answer'

/** How far a request has come, in monotonic milliseconds. */
export interface Progress {
  readonly startedMs: number
  readonly phase: Phase
  /** When the phase began; a body is waited for from the beginning on, or from when somebody first asks for it. */
  readonly sinceMs: number
  /** When the last byte of the body came; asked for in `body` alone. */
  readonly movedMs: number
}

/** How long each part of a request may take, on one route. */
export interface Pace {
  /** The whole request. */
  readonly totalMs: number
  /** Until a request's head is complete: for whoever owns the server, since a guard only sees what is. */
  readonly headersMs: number
  /** How often progress has to be looked at for lateness to be noticed in time. */
  readonly tickMs: number
  /** Whether it matters when the handler's turn came, and when the answer began. */
  readonly timesHandler: boolean
  readonly timesAnswer: boolean
  /** When there is cause to look again: never later than the request can be late. Infinity for never. */
  dueMs(progress: Progress, nowMs: number): number
  /** What a request that is late in this phase is refused with. */
  late(phase: Phase): Refusal
}
