import type { Limit, Reading, Subject } from '../../contract/counters.ts'
import { admits, compileGcra, type Gcra, GcraReading, refundOf } from '../../contract/gcra.ts'
import type { Page } from './page.ts'
import { cellGcraOf, hashed, Part, type Shared } from './part.ts'

/** An entry is its time alone: that at which its subject owes nothing. */
export class GcraPart extends Part {
  readonly #gcra: Gcra
  /** Where `decide` found the subject's entry; undefined where it has none yet, or is in a cell. */
  #page: Page | undefined
  #slot = 0
  #now = 0
  #debt = 0

  constructor(limit: Limit, shared: Shared) {
    super(limit, cellGcraOf(limit), 0, shared)
    this.#gcra = compileGcra(limit.quota, limit.windowMs, limit.burst)
  }

  /**
   * Decides and charges at once, where this limit is the only one: what most requests are. Numbers with fractions stay
   * in here and in fields; as an argument or a result each would be an object of its own.
   */
  charge(subject: Subject, cost: number): Reading {
    if (subject.high === 0 && subject.low === 0) hashed(subject)
    const page = this.table.pageOf(subject.high)
    const slot = page === undefined ? -1 : page.slotOf(subject.high, subject.low)
    if (page === undefined || slot < 0) {
      const admitted = this.decide(subject, cost)
      return this.settle(subject, cost, admitted, admitted)
    }
    const gcra = this.#gcra
    const { times } = page
    const now = Math.floor(this.clock.nowMs * gcra.ticksPerMs)
    const owed = (times[(slot << 1) | 1] as number) - now
    const before = Math.max(owed, 0)
    const debt = before + cost * gcra.interval
    if (debt > gcra.capacity) return new GcraReading(this.limit, gcra, before, cost, false)
    times[(slot << 1) | 1] = now + debt
    return new GcraReading(this.limit, gcra, debt, cost, true)
  }

  /** The same in two steps, where there are others. */
  override decide(subject: Subject, cost: number): boolean {
    if (subject.high === 0 && subject.low === 0) hashed(subject)
    const gcra = this.#gcra
    const now = Math.floor(this.clock.nowMs * gcra.ticksPerMs)
    const page = this.table.pageOf(subject.high)
    const slot = page === undefined ? -1 : page.slotOf(subject.high, subject.low)
    this.#page = slot < 0 ? undefined : page
    if (page === undefined || slot < 0) return super.decide(subject, cost)
    this.cell = -1
    this.#slot = slot
    const owed = (page.times[(slot << 1) | 1] as number) - now
    this.#now = now
    this.#debt = Math.max(owed, 0)
    return this.#debt + cost * gcra.interval <= gcra.capacity
  }

  override settle(subject: Subject, cost: number, all: boolean, admitted: boolean): Reading {
    const page = this.#page
    if (page === undefined) return super.settle(subject, cost, all, admitted)
    if (all) {
      this.#debt += cost * this.#gcra.interval
      page.times[(this.#slot << 1) | 1] = this.#now + this.#debt
    }
    return new GcraReading(this.limit, this.#gcra, this.#debt, cost, admitted)
  }

  protected override now(clockMs: number): number {
    return Math.floor(clockMs * this.#gcra.ticksPerMs)
  }

  protected override load(time: number): void {
    this.#now = this.now(this.clock.nowMs)
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
