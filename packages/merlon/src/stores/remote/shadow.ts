import type { Limit, Reading, Subject } from '../../contract/counters.ts'
import { readGcra } from '../../contract/gcra.ts'
import { type Budget, CELL_BYTES } from '../memory/budget.ts'
import { hashSubject } from '../memory/hash.ts'
import type { Scratch } from '../memory/page.ts'
import { Table } from '../memory/table.ts'
import { closedReading, openReading, penaltyReading } from './readings.ts'
import { type Share, shareOf } from './share.ts'
import { type Owed, Spends } from './spends.ts'

const CELLS = CELL_BYTES / 8

/**
 * What this process knows of one limit's subjects: for each the time at which its share owes nothing, as every answer
 * of the store says it, and what has been admitted here since. It decides while the store does not answer.
 */
export class Shadow {
  readonly limit: Limit
  readonly spends = new Spends()
  readonly #table: Table
  /** Which narrower subjects the store has been told to remember, and until when. */
  readonly #known: Table
  #cells: Float64Array | undefined
  #share: Share

  // What `decide` found, until `settle` writes it.
  #subject: Subject | undefined
  #cell = -1
  #now = 0
  #debt = 0

  constructor(limit: Limit, budget: Budget, scratch: () => Scratch) {
    this.limit = limit
    this.#table = new Table(budget, scratch)
    this.#known = new Table(budget, scratch)
    this.#share = shareOf(limit, undefined)
  }

  get share(): Share {
    return this.#share
  }

  divide(instances: number | undefined): void {
    this.#share = shareOf(this.limit, instances)
  }

  /** Takes down what the store says. */
  learn(asked: Subject, reading: Reading, nowMs: number): void {
    const subject = this.#whose(asked, nowMs)
    const { ticksPerMs } = this.#share.gcra
    const now = Math.floor(nowMs * ticksPerMs)
    let time = now + this.#debtOf(reading)
    const kept = this.#locate(this.#table, subject, now)
    // Full of those who owe. Who finds no place is counted with the network once it comes to that.
    if (kept < 0) return
    // The answer may be about the known subject, which owes less; that must not clear the one that strangers come to.
    if (subject === asked && asked.known !== undefined) time = Math.max(time, kept)
    if (this.spends.size > 0) time = this.spends.rebase(subject, time, now)
    if (time > now || kept > now) this.#table.write(subject.high, subject.low, time)
  }

  /** Whether this limit alone admits, here and now. Nothing is counted yet. */
  decide(asked: Subject, cost: number, nowMs: number): boolean {
    const { mode, gcra } = this.#share
    if (mode === 'open') return true
    if (mode === 'closed') return false
    const subject = this.#find(asked, nowMs)
    if (this.limit.algorithm === 'penalty') return this.#debt === 0
    this.#subject = subject
    const capacity = this.#cell < 0 ? gcra.capacity : gcra.capacity * this.limit.overflowTimes
    return this.#debt + cost * gcra.interval <= capacity
  }

  /**
   * Counts what was decided, where all limits of the set admit, and says how things stand. What the store may have
   * charged too is not handed to it until it is known that it has not: see `owe`.
   */
  settle(cost: number, all: boolean, admitted: boolean, handOver: boolean): Reading {
    const { limit } = this
    const { mode, gcra } = this.#share
    if (mode === 'open') return openReading(limit)
    if (mode === 'closed') return closedReading(limit)
    if (limit.algorithm === 'penalty') return penaltyReading(limit, Math.ceil(this.#debt / gcra.ticksPerMs))
    // No share is large enough for it, ever: that is the store's fault, and not the client's.
    if (cost * gcra.interval > gcra.capacity && cost <= limit.burst) return closedReading(limit)
    if (all) this.#spend(cost * gcra.interval, handOver)
    return { ...readGcra(limit, gcra, this.#debt, cost, admitted), degraded: 'local' }
  }

  /** Charges what nobody may refuse any more, up to one window of debt. */
  debit(asked: Subject, cost: number, nowMs: number, handOver: boolean): void {
    if (this.limit.algorithm === 'penalty' || cost === 0) return
    const { gcra } = this.#share
    this.#subject = this.#find(asked, nowMs)
    this.#spend(Math.max(0, Math.min(cost * gcra.interval, gcra.most - this.#debt)), handOver)
  }

  /** The store has not charged what was admitted here, or nobody knows: it will be handed over. */
  owe(asked: Subject, cost: number, nowMs: number, again: boolean): void {
    if (cost === 0 || this.limit.algorithm === 'penalty') return
    const subject = this.#find(asked, nowMs)
    if (this.#cell >= 0) return
    const { interval } = this.#share.gcra
    const time = this.spends.add(subject, cost * interval, this.#now + this.#debt, this.#now, interval)
    if (again) this.spends.triedAlready(subject)
    // The store may have spoken since, and not of this.
    if (time > this.#now + this.#debt) this.#table.write(subject.high, subject.low, time)
  }

  /** Gives back what the store has charged: of the whole limit's units, each a part of the share's. */
  lower(asked: Subject, cost: number, nowMs: number): void {
    const subject = this.#find(asked, nowMs)
    if (this.#cell >= 0 || this.#debt === 0 || this.limit.algorithm === 'penalty') return
    const given = (cost * this.#share.gcra.interval) / this.#share.instances
    this.#table.write(subject.high, subject.low, this.#now + Math.max(0, this.#debt - given))
  }

  /** Gives back what was admitted here; where it is to be handed over, as much of it as has not been. */
  giveBack(asked: Subject, cost: number, nowMs: number, here: boolean): void {
    const subject = this.#find(asked, nowMs)
    if (this.#cell >= 0 || this.limit.algorithm === 'penalty') return
    const ticks = cost * this.#share.gcra.interval
    const given = here ? this.spends.remove(subject, ticks, this.#now) : ticks
    this.#table.write(subject.high, subject.low, this.#now + Math.max(0, this.#debt - given))
  }

  /** Takes out what is to be handed to the store: of one subject, or of any. */
  take(key: string | undefined, nowMs: number): Owed | undefined {
    return this.spends.take(key, Math.floor(nowMs * this.#share.gcra.ticksPerMs))
  }

  forget(asked: Subject, nowMs: number): void {
    for (const subject of asked.known === undefined ? [asked] : [asked, asked.known]) {
      this.spends.forget(subject)
      const now = Math.floor(nowMs * this.#share.gcra.ticksPerMs)
      if (this.#locate(this.#table, subject, now) > now) this.#table.write(subject.high, subject.low, 0)
    }
  }

  /** Notes a ban, or that there is none. */
  bar(subject: Subject, forMs: number, nowMs: number): void {
    const now = Math.floor(nowMs * this.#share.gcra.ticksPerMs)
    if (this.#locate(this.#table, subject, now) < 0) return
    this.#table.write(subject.high, subject.low, now + forMs * this.#share.gcra.ticksPerMs)
  }

  remember({ known }: Subject, forMs: number, nowMs: number): void {
    if (known === undefined || this.#locate(this.#known, known, nowMs) < 0) return
    this.#known.write(known.high, known.low, nowMs + forMs)
  }

  clear(): void {
    this.#table.clear()
    this.#known.clear()
    this.#cells = undefined
    this.spends.clear()
  }

  /** How much of the share is taken, in ticks, by what the store says of the whole. */
  #debtOf(reading: Reading): number {
    const { gcra, instances } = this.#share
    const ticks = (ms: number) => Math.ceil(ms * gcra.ticksPerMs)
    if (this.limit.algorithm === 'penalty') return reading.admits ? 0 : ticks(reading.retryMs)
    // A process' interval and its burst both stand for the same time as the whole limit's, so debts are equal in time.
    if (this.limit.algorithm === 'gcra') return ticks(reading.resetMs)
    if (reading.remaining === 0) return ticks(reading.nextMs) + gcra.capacity - gcra.interval
    return Math.max(0, gcra.capacity - Math.floor((gcra.interval * reading.remaining) / instances))
  }

  #spend(ticks: number, handOver: boolean): void {
    const subject = this.#subject as Subject
    this.#debt += ticks
    const time = this.#now + this.#debt
    if (this.#cell >= 0) {
      ;(this.#cells as Float64Array)[this.#cell] = this.#now + this.#debt / this.limit.overflowTimes
      // Whose it is in the store nobody knows any more.
      if (handOver) this.spends.lost += ticks / this.#share.gcra.interval
    } else {
      this.#table.write(subject.high, subject.low, time)
      if (handOver) this.spends.add(subject, ticks, time, this.#now, this.#share.gcra.interval)
    }
  }

  #find(asked: Subject, nowMs: number): Subject {
    const subject = this.#whose(asked, nowMs)
    this.#now = Math.floor(nowMs * this.#share.gcra.ticksPerMs)
    let time = this.#locate(this.#table, subject, this.#now)
    this.#cell = -1
    if (time < 0) {
      const shared = subject.network ?? subject
      if (shared.high === 0 && shared.low === 0) hashSubject(shared)
      this.#cells ??= new Float64Array(CELLS)
      this.#cell = shared.low & (CELLS - 1)
      time = this.#cells[this.#cell] as number
    }
    this.#debt = Math.max(0, time - this.#now)
    // A cell is a bucket that many share: as many times as large and as fast. Its times are kept in its own rate.
    if (this.#cell >= 0) this.#debt *= this.limit.overflowTimes
    return subject
  }

  #whose(subject: Subject, nowMs: number): Subject {
    const { known } = subject
    return known !== undefined && this.#locate(this.#known, known, nowMs) > nowMs ? known : subject
  }

  #locate(table: Table, subject: Subject, now: number): number {
    if (subject.high === 0 && subject.low === 0) hashSubject(subject)
    return table.locate(subject.high, subject.low, now)
  }
}
