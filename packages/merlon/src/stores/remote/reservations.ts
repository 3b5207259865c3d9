import type { Reading, Reservation, Subject } from '../../contract/counters.ts'
import { isPromise, type MaybePromise } from '../../contract/verdict.ts'
import type { Question } from './question.ts'
import { IGNORED } from './questions.ts'
import type { Reach } from './reach.ts'
import type { Time } from './time.ts'
import { admitted, type Without } from './without.ts'

/** What of a reservation has not been given back. */
class Parts {
  readonly #left: number[]

  constructor(readings: readonly Reading[], costs: readonly number[]) {
    this.#left = admitted(readings) ? [...costs] : costs.map(() => 0)
  }

  get left(): readonly number[] {
    return this.#left
  }

  /** Takes what is to be given back; gives how much of each place. */
  take(places: readonly number[] | undefined, costs: readonly number[] | undefined): number[] {
    const given = this.#left.map(() => 0)
    for (const [at, place] of (places ?? [...this.#left.keys()]).entries()) {
      const left = this.#left[place] ?? 0
      const cost = Math.min(left, costs?.[at] ?? left)
      this.#left[place] = left - cost
      given[place] = cost
    }
    return given
  }
}

/** What the store has charged. */
export class RemoteReservation implements Reservation {
  readonly readings: Reading[]
  readonly #inner: Reservation
  readonly #without: Without
  readonly #subjects: readonly Subject[]
  readonly #parts: Parts
  readonly #reach: Reach

  constructor(
    inner: Reservation,
    without: Without,
    subjects: readonly Subject[],
    costs: readonly number[],
    reach: Reach,
  ) {
    this.readings = inner.readings
    this.#inner = inner
    this.#without = without
    this.#subjects = subjects
    this.#parts = new Parts(inner.readings, costs)
    this.#reach = reach
  }

  /** Sent once, and not while the store is lost: the charge then stays, and decays. */
  refund(places?: readonly number[], costs?: readonly number[]): MaybePromise<void> {
    const { link, time } = this.#reach
    const given = this.#parts.take(places, costs)
    const sent = [...given.keys()].filter((place) => given[place] !== 0)
    if (sent.length === 0) return undefined
    const now = time.now()
    for (const place of sent) {
      this.#without.shadows[place]?.lower(this.#subjects[place] as Subject, given[place] as number, now)
    }
    if (!link.usable()) return undefined
    try {
      const answer = this.#inner.refund(
        sent,
        sent.map((place) => given[place] as number),
      )
      return isPromise(answer) ? link.ask(answer, IGNORED) : undefined
    } catch {
      return undefined
    }
  }
}

/** What was admitted without the store. */
export class LocalReservation implements Reservation {
  readonly readings: Reading[]
  readonly #without: Without
  readonly #subjects: readonly Subject[]
  readonly #parts: Parts
  readonly #time: Time
  /** Whether it is to be handed over: false as long as the store may have charged it too. */
  #here: boolean
  #charged: RemoteReservation | undefined
  /** What was given back before that was known. */
  readonly #undone: number[]

  constructor(
    readings: Reading[],
    without: Without,
    subjects: readonly Subject[],
    costs: readonly number[],
    time: Time,
    here: boolean,
  ) {
    this.readings = readings
    this.#without = without
    this.#subjects = subjects
    this.#parts = new Parts(readings, costs)
    this.#time = time
    this.#here = here
    this.#undone = costs.map(() => 0)
  }

  /** Once the store has been told of it, it stays charged. */
  refund(places?: readonly number[], costs?: readonly number[]): MaybePromise<void> {
    const given = this.#parts.take(places, costs)
    if (this.#charged !== undefined) return this.#charged.refund([...given.keys()], given)
    const now = this.#time.now()
    given.forEach((cost, place) => {
      if (cost === 0) return
      this.#without.shadows[place]?.giveBack(this.#subjects[place] as Subject, cost, now, this.#here)
      if (!this.#here) this.#undone[place] = (this.#undone[place] ?? 0) + cost
    })
    return undefined
  }

  /** The store has charged it after all. Who was refused here is not made to pay for it. */
  charged(late: RemoteReservation): void {
    this.#charged = late
    if (admitted(this.readings)) late.refund([...this.#undone.keys()], this.#undone)
    else late.refund()
  }

  /** The store has not, or nobody knows. */
  stands(): void {
    this.#here = true
    if (!admitted(this.readings)) return
    const costs = this.#parts.left
    this.#without.owe(this.#subjects, costs, this.#time.now())
  }
}

export class Reserve implements Question<Reservation, Reservation> {
  readonly #without: Without
  readonly #subjects: readonly Subject[]
  readonly #costs: readonly number[]
  readonly #reach: Reach
  #local: LocalReservation | undefined

  constructor(without: Without, subjects: readonly Subject[], costs: readonly number[], reach: Reach) {
    this.#without = without
    this.#subjects = [...subjects]
    this.#costs = [...costs]
    this.#reach = reach
  }

  answered(reservation: Reservation): RemoteReservation {
    this.#without.learn(this.#subjects, reservation.readings, this.#reach.time.now())
    return new RemoteReservation(reservation, this.#without, this.#subjects, this.#costs, this.#reach)
  }

  replace(): LocalReservation {
    const { time } = this.#reach
    const readings = this.#without.charge(this.#subjects, this.#costs, time.now(), false)
    this.#local = new LocalReservation(readings, this.#without, this.#subjects, this.#costs, time, false)
    return this.#local
  }

  late(reservation: Reservation): void {
    const remote = this.answered(reservation)
    if (admitted(reservation.readings)) this.#local?.charged(remote)
    else this.#local?.stands()
  }

  failed(): void {
    this.#local?.stands()
  }
}
