import type {
  Counters,
  Limit,
  LimitSet,
  Override,
  Overrides,
  Reading,
  Reservation,
  Subject,
} from '../../contract/counters.ts'
import type { Pulse } from '../../contract/pulse.ts'
import { isPromise, type MaybePromise } from '../../contract/verdict.ts'
import { after, WrappedCounters, WrappedSet } from '../../contract/wrapped-counters.ts'
import { Refusals } from './refusals.ts'
import { systemTime, type Time } from './time.ts'

export interface RefusedOptions {
  /** Refused clients that are kept in mind, for each set of limits. The oldest are dropped. Default 10,000. */
  readonly most?: number
  readonly time?: Time
}

/**
 * Who has been refused until a time is refused from memory until then: a flood from clients that are over their limit
 * costs the store one question for each of them, and not one for each request.
 *
 * Where a limit of the set may be given back, that time is not known, and everything goes to the store. Where the set
 * has a penalty, each refusal is a strike that it has to count, so only who is banned is refused from memory: that
 * costs it as many questions as the penalty has strikes.
 */
export class RefusedCounters extends WrappedCounters {
  readonly #most: number
  readonly #time: Time
  readonly #kept: Refusals[] = []
  #generation: number | undefined

  constructor(inner: Counters, { most = 10_000, time = systemTime }: RefusedOptions = {}) {
    super(inner)
    this.#most = most
    this.#time = time
  }

  override prepare(limits: readonly Limit[]): LimitSet {
    const set = this.inner.prepare(limits)
    if (limits.some(({ refundable }) => refundable === true)) return set
    const refusals = new Refusals(limits, this.#most)
    this.#kept.push(refusals)
    return new RefusedSet(set, refusals, this.#time)
  }

  /** Somebody was forgotten, or may do more than before, somewhere: nobody is refused but by the store. */
  override pulse(): MaybePromise<Pulse> {
    return after(super.pulse(), (pulse) => {
      if (this.#generation !== undefined && this.#generation !== pulse.generation) this.#forget()
      this.#generation = pulse.generation
      return pulse
    })
  }

  override unban(limit: Limit, subject: Subject): MaybePromise<void> {
    this.#forget()
    return after(this.inner.unban(limit, subject), () => this.#forget())
  }

  override reset(): MaybePromise<void> {
    this.#forget()
    return after(this.inner.reset(), () => this.#forget())
  }

  override get overrides(): Overrides {
    const { overrides } = this.inner
    return {
      list: () => overrides.list(),
      set: (override: Override) => after(overrides.set(override), () => this.#forget()),
      remove: (principal) => after(overrides.remove(principal), () => this.#forget()),
      watch: (changed) =>
        overrides.watch((all) => {
          this.#forget()
          changed(all)
        }),
    }
  }

  #forget(): void {
    for (const refusals of this.#kept) refusals.clear()
  }
}

class RefusedSet extends WrappedSet {
  readonly #refusals: Refusals
  readonly #time: Time

  constructor(inner: LimitSet, refusals: Refusals, time: Time) {
    super(inner)
    this.#refusals = refusals
    this.#time = time
  }

  override charge(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<Reading[]> {
    const atMs = this.#time.now()
    const key = keyOf(subjects)
    const refused = this.#refusals.find(key, costs, atMs)
    if (refused !== undefined) return refused
    const answer = this.inner.charge(subjects, costs, nowMs)
    // What is there at once has not come from afar, and is as soon there again.
    return isPromise(answer) ? answer.then(this.#noting(key, costs, atMs)) : answer
  }

  override reserve(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<Reservation> {
    const atMs = this.#time.now()
    const key = keyOf(subjects)
    const readings = this.#refusals.find(key, costs, atMs)
    if (readings !== undefined) return { readings, refund() {} }
    const answer = this.inner.reserve(subjects, costs, nowMs)
    if (!isPromise(answer)) return answer
    const note = this.#noting(key, costs, atMs)
    return answer.then((reservation) => {
      note(reservation.readings)
      return reservation
    })
  }

  override forget(subjects: readonly Subject[]): MaybePromise<void> {
    this.#refusals.clear()
    return after(this.inner.forget(subjects), () => this.#refusals.clear())
  }

  #noting(key: string, costs: readonly number[], atMs: number): (readings: Reading[]) => Reading[] {
    const { cleared } = this.#refusals
    const kept = [...costs]
    return (readings) => {
      // What was asked before a reset may be answered after it.
      if (cleared === this.#refusals.cleared) this.#refusals.keep(key, readings, kept, atMs)
      return readings
    }
  }
}

/**
 * Of all subjects, and of what counts in their place: another client of the same account is another, and what is said
 * of one account is not shown to another.
 */
function keyOf(subjects: readonly Subject[]): string {
  let key = ''
  for (const subject of subjects) {
    key += subject.key
    if (subject.known !== undefined) key += subject.known.key
  }
  return key
}
