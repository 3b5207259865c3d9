import type { LimitSet, Reading, Reservation, Subject } from '../../contract/counters.ts'
import { isPromise, type MaybePromise } from '../../contract/verdict.ts'
import { WrappedSet } from '../../contract/wrapped-counters.ts'
import type { Question } from './question.ts'
import { Charge, Debit, Read, Remember } from './questions.ts'
import type { Reach } from './reach.ts'
import { LocalReservation, Reserve } from './reservations.ts'
import type { Without } from './without.ts'

/** A set that answers in time, whatever the store does. */
export class ResilientSet extends WrappedSet {
  readonly #without: Without
  readonly #reach: Reach

  constructor(inner: LimitSet, without: Without, reach: Reach) {
    super(inner)
    this.#without = without
    this.#reach = reach
  }

  override charge(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<Reading[]> {
    const { link, time } = this.#reach
    if (!link.usable()) return this.#without.charge(subjects, costs, time.now(), true)
    this.#reach.settleFirst(subjects)
    const question = new Charge(this.#without, subjects, costs, time)
    return this.#ask(() => this.inner.charge(subjects, costs, nowMs), question)
  }

  override reserve(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<Reservation> {
    const { link, time } = this.#reach
    if (!link.usable()) {
      const readings = this.#without.charge(subjects, costs, time.now(), true)
      return new LocalReservation(readings, this.#without, [...subjects], costs, time, true)
    }
    this.#reach.settleFirst(subjects)
    const question: Question<Reservation, Reservation> = new Reserve(this.#without, subjects, costs, this.#reach)
    return this.#ask(() => this.inner.reserve(subjects, costs, nowMs), question)
  }

  override debit(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<void> {
    const { link, time } = this.#reach
    if (!link.usable()) return this.#without.debit(subjects, costs, time.now(), true)
    const question = new Debit(this.#without, subjects, costs, time)
    return this.#ask(() => this.inner.debit(subjects, costs, nowMs), question)
  }

  override read(subjects: readonly Subject[], nowMs: number): MaybePromise<Reading[]> {
    const { link, time } = this.#reach
    if (!link.usable()) return this.#without.read(subjects, time.now())
    return this.#ask(() => this.inner.read(subjects, nowMs), new Read(this.#without, subjects, time))
  }

  override forget(subjects: readonly Subject[]): MaybePromise<void> {
    const now = this.#reach.time.now()
    this.#without.shadows.forEach((shadow, at) => {
      shadow.forget(subjects[at] as Subject, now)
    })
    return this.#reach.operate(() => this.inner.forget(subjects))
  }

  override remember(subjects: readonly Subject[], forMs: number, nowMs: number): MaybePromise<void> {
    const { link, time } = this.#reach
    const beganMs = time.now()
    this.#without.shadows.forEach((shadow, at) => {
      shadow.remember(subjects[at] as Subject, forMs, beganMs)
    })
    const kept = [...subjects]
    const again = () =>
      this.#reach.later(() => {
        const leftMs = forMs - (time.now() - beganMs)
        return leftMs > 0 ? this.inner.remember(kept, leftMs, nowMs) : undefined
      })
    if (!link.usable()) return again()
    return this.#ask(() => this.inner.remember(subjects, forMs, nowMs), new Remember(again))
  }

  #ask<T, R>(send: () => MaybePromise<T>, question: Question<T, R>): MaybePromise<R> {
    let answer: MaybePromise<T>
    try {
      answer = send()
    } catch (error) {
      answer = Promise.reject(error)
    }
    return isPromise(answer) ? this.#reach.link.ask(answer, question) : question.answered(answer)
  }
}
