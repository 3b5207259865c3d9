import type { LimitSet, Reading, Reservation, Subject } from '../../contract/counters.ts'
import type { Clock } from './clock.ts'
import { GcraPart } from './gcra-part.ts'
import type { Known } from './known.ts'
import type { Part } from './part.ts'
import { PenaltyPart } from './penalty-part.ts'
import { type Charged, MemoryReservation } from './reservation.ts'

/** Limits that are decided together, at once and without a promise. */
export class MemoryLimitSet implements LimitSet {
  readonly #parts: readonly Part[]
  readonly #known: Known
  protected readonly clock: Clock
  /** Of the decision that is being made: whom each limit counts, and whether it admits. */
  readonly #whose: Subject[] = []
  readonly #admitted: boolean[]

  constructor(parts: readonly Part[], known: Known, clock: Clock) {
    this.#parts = parts
    this.#known = known
    this.clock = clock
    this.#admitted = parts.map(() => false)
  }

  charge(subjects: readonly Subject[], costs: readonly number[], nowMs: number): Reading[] {
    this.clock.at(nowMs)
    return this.#settle(costs, this.#decide(subjects, costs))
  }

  reserve(subjects: readonly Subject[], costs: readonly number[], nowMs: number): Reservation {
    const now = this.clock.at(nowMs)
    const all = this.#decide(subjects, costs)
    const readings = this.#settle(costs, all)
    const charged: Charged[] = this.#parts.map((part, at) => ({
      part,
      subject: this.#whose[at] as Subject,
      inCell: part.cell >= 0,
      epoch: part.epoch,
      left: all ? (costs[at] as number) : 0,
    }))
    return new MemoryReservation(readings, charged, now, this.clock.wallMs)
  }

  debit(subjects: readonly Subject[], costs: readonly number[], nowMs: number): void {
    this.clock.at(nowMs)
    this.#parts.forEach((part, at) => {
      const cost = costs[at] as number
      if (cost > 0) part.debit(this.whose(subjects[at] as Subject), cost)
    })
  }

  read(subjects: readonly Subject[], nowMs: number): Reading[] {
    this.clock.at(nowMs)
    return this.#parts.map((part, at) => {
      const subject = this.whose(subjects[at] as Subject)
      return part.settle(subject, 1, false, part.decide(subject, 1))
    })
  }

  forget(subjects: readonly Subject[]): void {
    this.#parts.forEach((part, at) => {
      const subject = subjects[at] as Subject
      part.forget(subject)
      if (subject.known !== undefined) part.forget(subject.known)
    })
  }

  remember(subjects: readonly Subject[], forMs: number, nowMs: number): void {
    const now = this.clock.at(nowMs)
    for (const { known } of subjects) if (known !== undefined) this.#known.add(known, forMs, now)
  }

  /** The subject that counts: the narrower one where it is remembered. */
  protected whose(subject: Subject): Subject {
    const { known } = subject
    return known !== undefined && this.#known.has(known, this.clock.nowMs) ? known : subject
  }

  /** Whether all admit. */
  #decide(subjects: readonly Subject[], costs: readonly number[]): boolean {
    const parts = this.#parts
    let all = true
    for (let at = 0; at < parts.length; at++) {
      const subject = this.whose(subjects[at] as Subject)
      const admitted = (parts[at] as Part).decide(subject, costs[at] as number)
      this.#whose[at] = subject
      this.#admitted[at] = admitted
      if (!admitted) all = false
    }
    return all
  }

  #settle(costs: readonly number[], all: boolean): Reading[] {
    const parts = this.#parts
    if (!all) this.#strike()
    const readings: Reading[] = []
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at] as Part
      readings.push(part.settle(this.#whose[at] as Subject, costs[at] as number, all, this.#admitted[at] as boolean))
    }
    return readings
  }

  /** Penalties take note where another limit refuses. Whom that bans now has to know it: waiting for less is no use. */
  #strike(): void {
    const parts = this.#parts
    const isRefusal = (part: Part, at: number) => !(part instanceof PenaltyPart) && !this.#admitted[at]
    if (!parts.some(isRefusal)) return
    parts.forEach((part, at) => {
      if (part instanceof PenaltyPart && part.strike(this.#whose[at] as Subject)) this.#admitted[at] = false
    })
  }
}

/** The same, where every limit is counted by GCRA, as most are: the loops then meet one kind of part. */
export class GcraLimitSet extends MemoryLimitSet {
  readonly #gcras: readonly GcraPart[]
  readonly #counted: Subject[] = []
  readonly #admits: boolean[]
  readonly #only: GcraPart | undefined

  constructor(parts: readonly GcraPart[], known: Known, clock: Clock) {
    super(parts, known, clock)
    this.#gcras = parts
    this.#admits = parts.map(() => false)
    this.#only = parts.length === 1 ? parts[0] : undefined
  }

  override charge(subjects: readonly Subject[], costs: readonly number[], nowMs: number): Reading[] {
    this.clock.at(nowMs)
    if (this.#only !== undefined) {
      const subject = subjects[0] as Subject
      return [this.#only.charge(subject.known === undefined ? subject : this.whose(subject), costs[0] as number)]
    }
    const parts = this.#gcras
    let all = true
    for (let at = 0; at < parts.length; at++) {
      const subject = this.whose(subjects[at] as Subject)
      const admitted = (parts[at] as GcraPart).decide(subject, costs[at] as number)
      this.#counted[at] = subject
      this.#admits[at] = admitted
      if (!admitted) all = false
    }
    const readings: Reading[] = []
    for (let at = 0; at < parts.length; at++) {
      const subject = this.#counted[at] as Subject
      readings.push((parts[at] as GcraPart).settle(subject, costs[at] as number, all, this.#admits[at] as boolean))
    }
    return readings
  }
}

export function openSet(parts: readonly Part[], known: Known, clock: Clock): MemoryLimitSet {
  return parts.every((part) => part instanceof GcraPart)
    ? new GcraLimitSet(parts, known, clock)
    : new MemoryLimitSet(parts, known, clock)
}
