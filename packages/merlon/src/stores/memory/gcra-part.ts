import type { Limit, Reading, Subject } from '../../contract/counters.ts'
import { admits, compileGcra, type Gcra, GcraReading, refundOf } from '../../contract/gcra.ts'
import { cellGcraOf, hashed, Part, type Shared } from './part.ts'

/** An entry is its time alone: that at which its subject owes nothing. */
export class GcraPart extends Part {
  readonly #gcra: Gcra
  #now = 0
  #debt = 0

  constructor(limit: Limit, shared: Shared) {
    super(limit, cellGcraOf(limit), 0, shared)
    this.#gcra = compileGcra(limit.quota, limit.windowMs, limit.burst)
  }

  /** Decides and charges at once, where this limit is the only one: what most requests are. */
  charge(subject: Subject, cost: number, nowMs: number): Reading {
    if (subject.high === 0 && subject.low === 0) hashed(subject)
    const { high, low } = subject
    const gcra = this.#gcra
    const now = Math.floor(nowMs * gcra.ticksPerMs)
    const time = this.table.locate(high, low, now)
    if (time < 0) {
      const admitted = this.decide(subject, cost, nowMs)
      return this.settle(subject, cost, admitted, admitted)
    }
    const before = time > now ? time - now : 0
    const debt = before + cost * gcra.interval
    if (debt > gcra.capacity) return new GcraReading(this.limit, gcra, before, cost, false)
    this.table.write(high, low, now + debt)
    return new GcraReading(this.limit, gcra, debt, cost, true)
  }

  // What follows is what every part does, in one piece: most requests are decided here.

  override decide(subject: Subject, cost: number, nowMs: number): boolean {
    if (subject.high === 0 && subject.low === 0) hashed(subject)
    const gcra = this.#gcra
    const now = Math.floor(nowMs * gcra.ticksPerMs)
    const time = this.table.locate(subject.high, subject.low, now)
    if (time < 0) return super.decide(subject, cost, nowMs)
    this.cell = -1
    this.#now = now
    this.#debt = time > now ? time - now : 0
    return this.#debt + cost * gcra.interval <= gcra.capacity
  }

  override settle(subject: Subject, cost: number, all: boolean, admitted: boolean): Reading {
    if (this.cell >= 0) return super.settle(subject, cost, all, admitted)
    if (all) {
      this.#debt += cost * this.#gcra.interval
      this.table.write(subject.high, subject.low, this.#now + this.#debt)
    }
    return new GcraReading(this.limit, this.#gcra, this.#debt, cost, admitted)
  }

  protected override now(nowMs: number): number {
    return Math.floor(nowMs * this.#gcra.ticksPerMs)
  }

  protected override load(time: number, nowMs: number): void {
    this.#now = this.now(nowMs)
    this.#debt = time > this.#now ? time - this.#now : 0
  }

  protected override fits(cost: number): boolean {
    return admits(this.#gcra, this.#debt, cost)
  }

  protected override take(cost: number): void {
    this.#debt += cost * this.#gcra.interval
  }

  protected override owe(cost: number): void {
    const { interval, most } = this.#gcra
    this.#debt = Math.max(this.#debt, Math.min(this.#debt + cost * interval, most))
  }

  protected override giveBack(cost: number, chargedMs: number): void {
    this.#debt = Math.max(0, this.#debt - refundOf(this.#gcra, cost, this.now(chargedMs), this.#now))
  }

  protected override save(): number {
    return this.#now + this.#debt
  }

  protected override read(cost: number, admitted: boolean): Reading {
    return new GcraReading(this.limit, this.#gcra, this.#debt, cost, admitted)
  }
}
