import type { Limit, Reading, Subject } from '../../contract/counters.ts'
import { admits, compileGcra, type Gcra, GcraReading, refundOf } from '../../contract/gcra.ts'
import { type Budget, CELL_BYTES } from './budget.ts'
import type { Clock } from './clock.ts'
import { hashSubject } from './hash.ts'
import type { Scratch } from './page.ts'
import { Table } from './table.ts'

const CELLS = CELL_BYTES / 8

/** What all parts of a store share. */
export interface Shared {
  readonly budget: Budget
  readonly clock: Clock
  readonly scratch: () => Scratch
}

/**
 * The part of one limit: its table, and the cells that count whoever finds no place in it. A cell is shared, by a
 * network or by whoever hashes to it, and holds a multiple of the quota: an attacker who fills the table meets a limit
 * still, and shares it with few. Whatever the algorithm, a cell is one number, counted as GCRA counts.
 *
 * A subject is found, decided, and then settled or let be, one at a time; what was found stands until the next is.
 */
export abstract class Part {
  readonly limit: Limit
  protected readonly table: Table
  protected readonly clock: Clock
  readonly #cellGcra: Gcra
  #cells: Float64Array | undefined

  /** Where `find` found the subject counted: a cell, or -1 for its own entry. */
  cell = -1
  /** Another number once subjects have been forgotten. */
  epoch = 0
  #cellNow = 0
  #cellDebt = 0

  constructor(limit: Limit, cellGcra: Gcra, columns: number, { budget, clock, scratch }: Shared) {
    this.limit = limit
    this.#cellGcra = cellGcra
    this.clock = clock
    this.table = new Table(budget, scratch, columns)
  }

  get size(): number {
    return this.table.size
  }

  /** The table's time for one of the clock. */
  protected abstract now(clockMs: number): number
  /** Reads the entry that the table has found; `time` is not later than now where it means nothing. */
  protected abstract load(time: number): void
  /** Whether what was loaded admits a charge. */
  protected abstract fits(cost: number): boolean
  protected abstract take(cost: number): void
  protected abstract owe(cost: number): void
  protected abstract giveBack(cost: number, chargedMs: number, chargedWallMs: number): void
  /** Writes the columns down; gives the time at which the entry is idle. */
  protected abstract save(): number
  protected abstract read(cost: number, admitted: boolean): Reading

  /** Whether the limit admits the charge. Nothing is counted yet; only room may be made. */
  decide(subject: Subject, cost: number): boolean {
    this.find(subject)
    return this.cell < 0 ? this.fits(cost) : admits(this.#cellGcra, this.#cellDebt, cost)
  }

  /** Counts what was decided where all limits admit, and says how things stand. */
  settle(subject: Subject, cost: number, all: boolean, admitted: boolean): Reading {
    if (this.cell >= 0) {
      if (all) this.writeCell(cost)
      return this.readCell(cost, admitted)
    }
    if (all) {
      this.take(cost)
      this.write(subject)
    }
    return this.read(cost, admitted)
  }

  debit(subject: Subject, cost: number): void {
    this.find(subject)
    if (this.cell >= 0) this.writeCell(cost)
    else {
      this.owe(cost)
      this.write(subject)
    }
  }

  /** Gives back what was charged at `chargedMs`, to where it was charged. */
  refund(subject: Subject, cost: number, chargedMs: number, chargedWallMs: number, inCell: boolean): void {
    if (inCell) {
      this.openCell(subject)
      this.#refundCell(cost, chargedMs)
      return
    }
    const time = this.table.find(subject.high, subject.low)
    if (time <= this.now(this.clock.nowMs)) return
    this.load(time)
    this.giveBack(cost, chargedMs, chargedWallMs)
    this.write(subject)
  }

  forget(subject: Subject): void {
    this.epoch++
    hashed(subject)
    // An entry whose time has come is as good as none.
    if (this.table.find(subject.high, subject.low) !== 0) this.table.write(subject.high, subject.low, 0)
    if (this.#cells !== undefined) this.#cells[cellOf(subject)] = 0
  }

  clear(): void {
    this.epoch++
    this.table.clear()
    this.#cells = undefined
  }

  protected find(subject: Subject): void {
    hashed(subject)
    const time = this.table.locate(subject.high, subject.low, this.now(this.clock.nowMs))
    if (time < 0) this.openCell(subject)
    else {
      this.cell = -1
      this.load(time)
    }
  }

  protected write(subject: Subject): void {
    this.table.write(subject.high, subject.low, this.save())
  }

  protected openCell(subject: Subject): void {
    this.#cells ??= new Float64Array(CELLS)
    this.cell = cellOf(subject)
    this.#cellNow = Math.floor(this.clock.nowMs * this.#cellGcra.ticksPerMs)
    this.#cellDebt = Math.max(0, (this.#cells[this.cell] as number) - this.#cellNow)
  }

  protected get cellAdmits(): boolean {
    return admits(this.#cellGcra, this.#cellDebt, 1)
  }

  protected writeCell(cost: number): void {
    const { interval, most } = this.#cellGcra
    this.#cellDebt = Math.max(this.#cellDebt, Math.min(this.#cellDebt + cost * interval, most))
    ;(this.#cells as Float64Array)[this.cell] = this.#cellNow + this.#cellDebt
  }

  protected readCell(cost: number, admitted: boolean): Reading {
    return new GcraReading(this.limit, this.#cellGcra, this.#cellDebt, cost, admitted)
  }

  #refundCell(cost: number, chargedMs: number): void {
    const chargedAt = Math.floor(chargedMs * this.#cellGcra.ticksPerMs)
    this.#cellDebt = Math.max(0, this.#cellDebt - refundOf(this.#cellGcra, cost, chargedAt, this.#cellNow))
    this.writeCell(0)
  }
}

/** A cell that holds so many times the quota. */
export function cellGcraOf({ quota, windowMs, burst, overflowTimes }: Limit): Gcra {
  return compileGcra(quota * overflowTimes, windowMs, burst * overflowTimes)
}

export function hashed(subject: Subject): void {
  if (subject.high === 0 && subject.low === 0) hashSubject(subject)
}

function cellOf(subject: Subject): number {
  const shared = subject.network ?? subject
  hashed(shared)
  return shared.low & (CELLS - 1)
}
