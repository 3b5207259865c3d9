import type { MaybePromise } from './verdict.ts'

/** One limit, as a store needs to know it. */
export interface Limit {
  /** Unique in the policy: the limit's name, with its route where it belongs to one. Counters are found by it. */
  readonly id: string
  /** What clients read in headers and refusals. */
  readonly name: string
  readonly algorithm: 'gcra'
  /** Admitted a window. */
  readonly quota: number
  readonly windowMs: number
  /** Admitted at once, from rest. */
  readonly burst: number
  /** What an overflow cell, shared by many subjects, holds: this many times the quota. */
  readonly overflowTimes: number
}

/** What a counter belongs to. Made once for a client and kept with it. */
export class Subject {
  /**
   * A store's own keyed hash of the key, as two signed 32-bit integers, kept here because the same few subjects come
   * again and again. Both are 0 until the store has worked it out.
   */
  high = 0
  low = 0

  constructor(
    /** Typed and length-prefixed, so that no two subjects share one: `a11:192.0.2.10`. */
    readonly key: string,
    /** The network that shares an overflow cell; where undefined, the subject itself does. */
    readonly network: Subject | undefined,
  ) {}
}

/** What one limit says after a decision. Times are whole milliseconds, rounded up. */
export interface Reading {
  readonly limit: Limit
  /** Whether this limit alone would admit the request. */
  readonly admits: boolean
  /** What could be admitted right now, in units of cost. */
  readonly remaining: number
  /** Until one unit more than `remaining` could be admitted. */
  readonly nextMs: number
  /** Until this cost would be admitted, or, after it was, would be again; 0 where it is at once. */
  readonly retryMs: number
  /** Until the whole burst is there again; 0 where it is. */
  readonly resetMs: number
}

/** Limits that are always decided together, prepared once. */
export interface LimitSet {
  /**
   * Decides all limits at once: every one admits and is charged, or none is. `subjects` and `costs` stand in the order
   * of the limits, one for each; costs are whole and at least 1. The arrays are the caller's and are used again after
   * this call, so a store that answers later copies what it needs before it returns. The readings, in the same order,
   * are the caller's to keep.
   *
   * @param nowMs monotonic; a store with a clock of its own uses that
   */
  charge(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<Reading[]>
}

/** Where limits count. */
export interface Counters {
  /** Whether all-or-nothing also holds between processes. */
  readonly shared: boolean
  /** Called while a guard is built: no I/O, no randomness. Sets that name the same limit share its counters. */
  prepare(limits: readonly Limit[]): LimitSet
  /** Forgets everything; for tests and operators. */
  reset(): MaybePromise<void>
}
