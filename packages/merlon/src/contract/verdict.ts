import type { ProblemCode } from './problems.generated.ts'

/** A value, or the promise of one: awaited only where it is thenable, so that what needs no I/O makes no promise. */
export type MaybePromise<T> = T | PromiseLike<T>

export function isPromise<T>(value: MaybePromise<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function'
}

/** Header names and values, alternating, as they go out: `['Vary', 'Origin', 'Vary', 'Accept']`. */
export type HeaderList = readonly string[]

/** A request that goes no further. It is an ordinary value: refusing is normal, so nothing throws. */
export interface Refusal {
  readonly kind: 'refuse'
  readonly code: ProblemCode
  /** In place of the table's, for a problem whose status, type or title is the application's own; 400 to 599. */
  readonly status?: number | undefined
  readonly type?: string | undefined
  readonly title?: string | undefined
  /** A sentence for the client. Only what was written on purpose: never an error's own message. */
  readonly detail?: string | undefined
  /** What the log and the events learn and the client does not. */
  readonly reason?: string | undefined
  readonly headers?: HeaderList | undefined
  /** Extension members of the problem (RFC 9457 §3.2). */
  readonly members?: Readonly<Record<string, unknown>> | undefined
  /** Title and detail were written for this very answer: no message of the policy stands in for them. */
  readonly final?: boolean | undefined
  /** The connection cannot be used again: part of the request stays unread, or its framing is not trusted. */
  readonly close?: boolean | undefined
}

/** The guard answers by itself and nothing is wrong: a preflight. */
export interface DirectAnswer {
  readonly kind: 'answer'
  readonly status: number
  readonly headers: HeaderList
}

/** Go on after a delay. */
export interface Wait {
  readonly kind: 'wait'
  readonly ms: number
}

/** What a step says of a request; `undefined` lets it pass. */
export type Verdict = Refusal | DirectAnswer | Wait | undefined

/** What a run of steps comes to: the delays have been served. */
export type Conclusion = Refusal | DirectAnswer | undefined

export function refuse(code: ProblemCode, more?: Omit<Refusal, 'kind' | 'code'>): Refusal {
  return { kind: 'refuse', code, ...more }
}
