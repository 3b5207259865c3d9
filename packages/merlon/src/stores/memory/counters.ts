import type {
  Ban,
  ConcurrencyLimit,
  Counters,
  LeaseSet,
  Limit,
  LimitSet,
  Reading,
  Reservation,
  Subject,
} from '../../contract/counters.ts'
import { Budget } from './budget.ts'
import { MemoryOverrides } from './overrides.ts'
import { Scratch } from './page.ts'
import { Part } from './part.ts'

export interface MemoryCountersOptions {
  /**
   * The most that all tables together may take, in bytes. It is taken as it is needed; at the bound, subjects that owe
   * nothing make room, and whoever still finds no place is counted in cells that a network shares. Default: 128 MB,
   * which is some four million subjects that owe at the same time, or 1 MB a limit where that is more.
   */
  readonly maxBytes?: number
}

/** Counters of this process alone. What is counted is gone when the process ends. */
export class MemoryCounters implements Counters {
  readonly name = 'memory'
  readonly shared = false
  readonly atomic = true
  readonly needsSecret = false
  readonly overrides = new MemoryOverrides()
  readonly #budget: Budget
  readonly #parts = new Map<string, Part>()
  readonly #clock = new Clock()
  #scratch: Scratch | undefined

  constructor({ maxBytes }: MemoryCountersOptions = {}) {
    if (maxBytes !== undefined && !(Number.isSafeInteger(maxBytes) && maxBytes > 0)) {
      throw new RangeError(`memoryCounters: maxBytes is ${String(maxBytes)}, expected a whole number of bytes`)
    }
    this.#budget = new Budget(maxBytes)
  }

  prepare(limits: readonly Limit[]): MemoryLimitSet {
    const ids = new Set(limits.map((limit) => limit.id))
    if (ids.size < limits.length) {
      throw new TypeError(`limits that are decided together need ids of their own, got ${[...ids].join(', ')}`)
    }
    return new MemoryLimitSet(
      limits,
      limits.map((limit) => this.#part(limit)),
      this.#clock,
    )
  }

  prepareLeases(_limits: readonly ConcurrencyLimit[]): LeaseSet {
    return { acquire: () => ({ refusedBy: undefined, release: () => {} }) }
  }

  bans(): readonly Ban[] {
    return []
  }

  ban(_limit: Limit, _subject: Subject, _forMs: number): void {}

  unban(_limit: Limit, _subject: Subject): void {}

  reset(): void {
    for (const part of this.#parts.values()) part.clear()
    this.#clock.reset()
  }

  /** Bytes of all tables, with the cells that are promised; never more than `maxBytes`. */
  get bytes(): number {
    return this.#budget.used
  }

  /** Entries of all tables: a subject has one in each limit that has counted it. */
  get size(): number {
    let sum = 0
    for (const part of this.#parts.values()) sum += part.size
    return sum
  }

  /** A limit that changes under its id starts anew: times of another rate would mean nothing to it. */
  #part(limit: Limit): Part {
    const { id, quota, windowMs, burst, overflowTimes } = limit
    const name = JSON.stringify([id, quota, windowMs, burst, overflowTimes])
    let part = this.#parts.get(name)
    if (part === undefined) {
      this.#budget.admit()
      part = new Part(limit, this.#budget, () => {
        this.#scratch ??= new Scratch()
        return this.#scratch
      })
      this.#parts.set(name, part)
    }
    return part
  }
}

/** Milliseconds since the first charge: small numbers, whatever the platform counts from, that never go back. */
class Clock {
  #startMs = Number.NaN
  #lastMs = 0

  at(nowMs: number): number {
    if (Number.isNaN(this.#startMs)) this.#startMs = nowMs
    const ms = nowMs - this.#startMs
    if (ms > this.#lastMs) this.#lastMs = ms
    return this.#lastMs
  }

  reset(): void {
    this.#startMs = Number.NaN
    this.#lastMs = 0
  }
}

/** Limits that are decided together, at once and without a promise. */
export class MemoryLimitSet implements LimitSet {
  readonly #limits: readonly Limit[]
  readonly #parts: readonly Part[]
  readonly #clock: Clock
  readonly #admitted: boolean[]

  constructor(limits: readonly Limit[], parts: readonly Part[], clock: Clock) {
    this.#limits = limits
    this.#parts = parts
    this.#clock = clock
    this.#admitted = parts.map(() => false)
  }

  charge(subjects: readonly Subject[], costs: readonly number[], nowMs: number): Reading[] {
    const parts = this.#parts
    const now = this.#clock.at(nowMs)
    let all = true
    for (let at = 0; at < parts.length; at++) {
      const admitted = (parts[at] as Part).decide(subjects[at] as Subject, costs[at] as number, now)
      this.#admitted[at] = admitted
      if (!admitted) all = false
    }
    const readings: Reading[] = []
    for (let at = 0; at < parts.length; at++) {
      const limit = this.#limits[at] as Limit
      const subject = subjects[at] as Subject
      const cost = costs[at] as number
      readings.push((parts[at] as Part).settle(limit, subject, cost, all, this.#admitted[at] as boolean))
    }
    return readings
  }

  reserve(subjects: readonly Subject[], costs: readonly number[], nowMs: number): Reservation {
    return { readings: this.charge(subjects, costs, nowMs), refund: () => {} }
  }

  debit(_subjects: readonly Subject[], _costs: readonly number[], _nowMs: number): void {}

  read(subjects: readonly Subject[], nowMs: number): Reading[] {
    const now = this.#clock.at(nowMs)
    return this.#parts.map((part, at) => {
      const [limit, subject] = [this.#limits[at] as Limit, subjects[at] as Subject]
      return part.settle(limit, subject, 1, false, part.decide(subject, 1, now))
    })
  }

  forget(_subjects: readonly Subject[]): void {}

  remember(_subjects: readonly Subject[], _forMs: number, _nowMs: number): void {}
}
