import type { Subject } from '../../contract/counters.ts'
import { hashed, type Shared } from './part.ts'
import { Table } from './table.ts'

/**
 * Subjects that are remembered for a time, as keyed hashes. The table is bounded with the others; where it is full,
 * those that are there stay until their time, and nobody else is remembered: whoever floods it makes nobody forgotten.
 */
export class Known {
  readonly #table: Table

  constructor({ budget, scratch }: Shared) {
    this.#table = new Table(budget, scratch)
  }

  get size(): number {
    return this.#table.size
  }

  add(subject: Subject, forMs: number, nowMs: number): void {
    hashed(subject)
    const time = this.#table.locate(subject.high, subject.low, nowMs)
    if (time >= 0) this.#table.write(subject.high, subject.low, Math.max(time, nowMs + forMs))
  }

  has(subject: Subject, nowMs: number): boolean {
    hashed(subject)
    return this.#table.find(subject.high, subject.low) > nowMs
  }

  clear(): void {
    this.#table.clear()
  }
}
