import type { Counters, Limit, LimitSet, Reading, Reservation, Subject } from '../../contract/counters.ts'

/** Counters under test, on a clock that the test moves. */
export interface Opened {
  readonly counters: Counters
  /** Monotonic milliseconds, whole. */
  now(): number
  /** Moves the clocks onwards, the store's own with them. */
  advance(ms: number): void
  /** What `now` was at a moment from which windows are counted, both those of the clock and, in UTC, the calendar's. */
  readonly zeroMs: number
  close?(): Promise<void>
}

export type Open = () => Opened | Promise<Opened>

let made = 0

/** Text that is nobody else's, so that tests can share a store. */
export function unique(): string {
  made++
  return `${made.toString(36)}-${Math.random().toString(36).slice(2)}`
}

export function limitOf(more: Partial<Limit> & Pick<Limit, 'algorithm'>): Limit {
  const { quota = 5, windowMs = 60_000 } = more
  return { id: unique(), name: 'limit', quota, windowMs, burst: quota, overflowTimes: 16, refundable: true, ...more }
}

/** One limit and one subject of it, in one line. */
export class One {
  readonly opened: Opened
  readonly #set: LimitSet
  readonly #subjects: readonly Subject[]

  constructor(opened: Opened, limit: Limit, subject: Subject) {
    this.opened = opened
    this.#set = opened.counters.prepare([limit])
    this.#subjects = [subject]
  }

  async charge(cost = 1): Promise<Reading> {
    return only(await this.#set.charge(this.#subjects, [cost], this.opened.now()))
  }

  async reserve(cost = 1): Promise<Reservation> {
    return this.#set.reserve(this.#subjects, [cost], this.opened.now())
  }

  async debit(cost: number): Promise<void> {
    await this.#set.debit(this.#subjects, [cost], this.opened.now())
  }

  async read(): Promise<Reading> {
    return only(await this.#set.read(this.#subjects, this.opened.now()))
  }

  async forget(): Promise<void> {
    await this.#set.forget(this.#subjects)
  }

  async remember(forMs: number): Promise<void> {
    await this.#set.remember(this.#subjects, forMs, this.opened.now())
  }

  /** How many of so many are admitted, one after the other at once. */
  async admitted(tries: number): Promise<number> {
    let sum = 0
    for (let at = 0; at < tries; at++) if ((await this.charge()).admits) sum++
    return sum
  }
}

function only([reading]: readonly Reading[]): Reading {
  if (reading === undefined) throw new Error('a limit has no reading')
  return reading
}
