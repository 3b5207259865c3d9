import type { Limit, Reading, Subject } from '../../contract/counters.ts'
import { admits, compileGcra, type Gcra, readGcra } from '../../contract/gcra.ts'
import { type Budget, CELL_BYTES } from './budget.ts'
import { hashSubject } from './hash.ts'
import type { Scratch } from './page.ts'
import { Table } from './table.ts'

const CELLS = CELL_BYTES / 8

/**
 * The part of one limit: its table, and the cells that count whoever finds no place in it. A cell is shared, by a
 * network or by whoever hashes to it, and holds a multiple of the quota: an attacker who fills the table meets a limit
 * still, and shares it with few.
 */
export class Part {
  readonly #gcra: Gcra
  readonly #cellGcra: Gcra
  readonly #table: Table
  #cells: Float64Array | undefined

  // What `decide` found, until `settle` writes it.
  #cell = -1
  #now = 0
  #debt = 0

  constructor(limit: Limit, budget: Budget, scratch: () => Scratch) {
    const { quota, windowMs, burst, overflowTimes } = limit
    this.#gcra = compileGcra(quota, windowMs, burst)
    this.#cellGcra = compileGcra(quota * overflowTimes, windowMs, burst * overflowTimes)
    this.#table = new Table(budget, scratch)
  }

  get size(): number {
    return this.#table.size
  }

  /** Whether the limit admits the charge. Nothing is counted yet; only room may be made. */
  decide(subject: Subject, cost: number, nowMs: number): boolean {
    if (subject.high === 0 && subject.low === 0) hashSubject(subject)
    const now = Math.floor(nowMs * this.#gcra.ticksPerMs)
    const time = this.#table.locate(subject.high, subject.low, now)
    if (time < 0) return this.#decideCell(subject, cost, nowMs)
    this.#cell = -1
    this.#now = now
    this.#debt = time > now ? time - now : 0
    return admits(this.#gcra, this.#debt, cost)
  }

  /** Counts what was decided where all limits admit, and says how things stand. */
  settle(limit: Limit, subject: Subject, cost: number, all: boolean, admitted: boolean): Reading {
    const inCell = this.#cell >= 0
    const gcra = inCell ? this.#cellGcra : this.#gcra
    if (all) {
      this.#debt += cost * gcra.interval
      const time = this.#now + this.#debt
      if (inCell) (this.#cells as Float64Array)[this.#cell] = time
      else this.#table.write(subject.high, subject.low, time)
    }
    return readGcra(limit, gcra, this.#debt, cost, admitted)
  }

  clear(): void {
    this.#table.clear()
    this.#cells = undefined
  }

  #decideCell(subject: Subject, cost: number, nowMs: number): boolean {
    const shared = subject.network ?? subject
    if (shared.high === 0 && shared.low === 0) hashSubject(shared)
    this.#cells ??= new Float64Array(CELLS)
    this.#cell = shared.low & (CELLS - 1)
    this.#now = Math.floor(nowMs * this.#cellGcra.ticksPerMs)
    const time = this.#cells[this.#cell] as number
    this.#debt = time > this.#now ? time - this.#now : 0
    return admits(this.#cellGcra, this.#debt, cost)
  }
}
