import type {
  Ban,
  ConcurrencyLimit,
  Counters,
  LeaseSet,
  Limit,
  LimitSet,
  Overrides,
  Reading,
  Reservation,
  StoreHost,
  Subject,
} from './counters.ts'
import type { Pulse } from './pulse.ts'
import { isPromise, type MaybePromise } from './verdict.ts'

/** Counters that hand everything on to others; what differs is written over it. */
export class WrappedCounters implements Counters {
  protected readonly inner: Counters

  constructor(inner: Counters) {
    this.inner = inner
  }

  get name(): string {
    return this.inner.name
  }

  get shared(): boolean {
    return this.inner.shared
  }

  get atomic(): boolean {
    return this.inner.atomic
  }

  get needsSecret(): boolean {
    return this.inner.needsSecret
  }

  get overrides(): Overrides {
    return this.inner.overrides
  }

  prepare(limits: readonly Limit[]): LimitSet {
    return this.inner.prepare(limits)
  }

  prepareLeases(limits: readonly ConcurrencyLimit[]): LeaseSet {
    return this.inner.prepareLeases(limits)
  }

  bans(): MaybePromise<readonly Ban[]> {
    return this.inner.bans()
  }

  ban(limit: Limit, subject: Subject, forMs: number): MaybePromise<void> {
    return this.inner.ban(limit, subject, forMs)
  }

  unban(limit: Limit, subject: Subject): MaybePromise<void> {
    return this.inner.unban(limit, subject)
  }

  reset(): MaybePromise<void> {
    return this.inner.reset()
  }

  attach(host: StoreHost): void {
    this.inner.attach?.(host)
  }

  pulse(): MaybePromise<Pulse> {
    return this.inner.pulse?.() ?? NO_PULSE
  }

  async ready(): Promise<void> {
    await this.inner.ready?.()
  }

  async close(): Promise<void> {
    await this.inner.close?.()
  }
}

/** What is known of a store that tells nothing. */
export const NO_PULSE: Pulse = { instances: undefined, generation: 0 }

/** The same for a set. */
export class WrappedSet implements LimitSet {
  protected readonly inner: LimitSet

  constructor(inner: LimitSet) {
    this.inner = inner
  }

  charge(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<Reading[]> {
    return this.inner.charge(subjects, costs, nowMs)
  }

  reserve(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<Reservation> {
    return this.inner.reserve(subjects, costs, nowMs)
  }

  debit(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<void> {
    return this.inner.debit(subjects, costs, nowMs)
  }

  read(subjects: readonly Subject[], nowMs: number): MaybePromise<Reading[]> {
    return this.inner.read(subjects, nowMs)
  }

  forget(subjects: readonly Subject[]): MaybePromise<void> {
    return this.inner.forget(subjects)
  }

  remember(subjects: readonly Subject[], forMs: number, nowMs: number): MaybePromise<void> {
    return this.inner.remember(subjects, forMs, nowMs)
  }
}

/** Does something with a value, at once where it is there. */
export function after<T, R>(value: MaybePromise<T>, then: (value: T) => R): MaybePromise<R> {
  return isPromise(value) ? value.then(then) : then(value)
}
