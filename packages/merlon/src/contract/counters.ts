import type { MaybePromise } from './verdict.ts'

/** One limit, as a store needs to know it. */
export interface Limit {
  /** Unique in the policy: the limit's name, with its route where it belongs to one. */
  readonly id: string
  readonly algorithm: 'gcra'
  /** Admitted a window. */
  readonly quota: number
  readonly windowMs: number
  /** Admitted at once, from rest. */
  readonly burst: number
  /** What an overflow cell, shared by many subjects, holds: this many times the quota. */
  readonly overflowTimes: number
}

/** What a counter belongs to. */
export interface Subject {
  /** Typed and length-prefixed, so that no two subjects share one: `a11:192.0.2.10`. */
  readonly key: string
  /** The network that shares an overflow cell; where undefined, the key itself does. */
  readonly network: string | undefined
}

export interface Charge {
  readonly limit: Limit
  readonly subject: Subject
  readonly cost: number
}

/** What one limit says after a decision. */
export interface Reading {
  readonly limit: Limit
  /** Whether this limit alone would admit the request. */
  readonly admits: boolean
  /** What could be admitted right now, in units of cost. */
  readonly remaining: number
  /** Milliseconds until the whole burst is there again. */
  readonly resetMs: number
  /** Milliseconds until this cost would be admitted; 0 where it is. */
  readonly retryMs: number
}

/** Where limits count. All charges of a call are decided at once: every one is admitted and charged, or none is. */
export interface Counters {
  /** Whether all-or-nothing also holds between processes. */
  readonly shared: boolean
  charge(charges: readonly Charge[], nowMs: number): MaybePromise<readonly Reading[]>
  /** Forgets everything; for tests and operators. */
  reset(): MaybePromise<void>
}
