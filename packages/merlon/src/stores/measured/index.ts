import type { Counters, Limit, LimitSet, Reading, Reservation, Subject } from '../../contract/counters.ts'
import { isPromise, type MaybePromise } from '../../contract/verdict.ts'
import { WrappedCounters } from '../../contract/wrapped-counters.ts'

/** What one limit has decided, over all its rates. */
export interface Tally {
  /** `general`, `login@POST /login`; observed limits as `observed general`. */
  readonly limit: string
  /** Decisions in which it, and all that are decided with it, admitted. */
  admitted: number
  refused: number
  /** Decided without the store, while that did not answer. */
  degraded: number
}

/** How often decisions in memory are timed: they take less than it takes to look at the clock. */
const SAMPLE = 64

/**
 * Counters that take down what they decide, for metrics. They cost one addition a decision; times are given to `took`,
 * in milliseconds: each one of a store that answers later, one in 64 of one that answers at once.
 */
export class MeasuredCounters extends WrappedCounters {
  readonly #tallies = new Map<string, Tally>()
  readonly #took: (ms: number) => void
  readonly #now: () => number
  /** Decisions that the store has not come to. */
  failed = 0

  constructor(inner: Counters, took: (ms: number) => void, now: () => number = () => performance.now()) {
    super(inner)
    this.#took = took
    this.#now = now
  }

  get tallies(): readonly Tally[] {
    return [...this.#tallies.values()]
  }

  override prepare(limits: readonly Limit[]): LimitSet {
    const tallies = limits.map((limit) => this.#tallyOf(limit))
    return new MeasuredSet(super.prepare(limits), tallies, {
      now: this.#now,
      took: this.#took,
      failed: () => {
        this.failed++
      },
    })
  }

  #tallyOf({ id }: Limit): Tally {
    // Rates of tiers, times and single principals are one limit still: what a client can make must not make a series.
    const limit = id.split('#', 1)[0] as string
    const tally = this.#tallies.get(limit) ?? { limit, admitted: 0, refused: 0, degraded: 0 }
    this.#tallies.set(limit, tally)
    return tally
  }
}

interface Watcher {
  now(): number
  took(ms: number): void
  failed(): void
}

class MeasuredSet implements LimitSet {
  readonly #inner: LimitSet
  readonly #tallies: readonly Tally[]
  readonly #watcher: Watcher
  #count = 0

  constructor(inner: LimitSet, tallies: readonly Tally[], watcher: Watcher) {
    this.#inner = inner
    this.#tallies = tallies
    this.#watcher = watcher
  }

  charge(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<Reading[]> {
    return this.#measure(
      () => this.#inner.charge(subjects, costs, nowMs),
      (readings) => readings,
    )
  }

  reserve(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<Reservation> {
    return this.#measure(
      () => this.#inner.reserve(subjects, costs, nowMs),
      ({ readings }) => readings,
    )
  }

  debit(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<void> {
    return this.#inner.debit(subjects, costs, nowMs)
  }

  read(subjects: readonly Subject[], nowMs: number): MaybePromise<Reading[]> {
    return this.#inner.read(subjects, nowMs)
  }

  forget(subjects: readonly Subject[]): MaybePromise<void> {
    return this.#inner.forget(subjects)
  }

  remember(subjects: readonly Subject[], forMs: number, nowMs: number): MaybePromise<void> {
    return this.#inner.remember(subjects, forMs, nowMs)
  }

  #measure<T>(decide: () => MaybePromise<T>, readingsOf: (decided: T) => readonly Reading[]): MaybePromise<T> {
    const { now, took, failed } = this.#watcher
    const sampled = this.#count++ % SAMPLE === 0
    const fromMs = now()
    const decided = decide()
    if (!isPromise(decided)) {
      if (sampled) took(now() - fromMs)
      this.#tell(readingsOf(decided))
      return decided
    }
    return decided.then(
      (late) => {
        took(now() - fromMs)
        this.#tell(readingsOf(late))
        return late
      },
      (error) => {
        failed()
        throw error
      },
    )
  }

  #tell(readings: readonly Reading[]): void {
    const refused = readings.some(({ admits }) => !admits)
    for (let at = 0; at < readings.length; at++) {
      const { admits, degraded } = readings[at] as Reading
      const tally = this.#tallies[at] as Tally
      if (!admits) tally.refused++
      else if (!refused) tally.admitted++
      if (degraded) tally.degraded++
    }
  }
}
