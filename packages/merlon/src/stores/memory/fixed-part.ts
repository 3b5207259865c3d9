import { CalendarWindows, PlainWindows } from '../../contract/calendar.ts'
import type { Limit, Reading } from '../../contract/counters.ts'
import {
  type FixedCount,
  fixedDebit,
  fixedRefund,
  fixedUsed,
  fixedWrite,
  readFixed,
  type WindowSpan,
} from '../../contract/fixed-window.ts'
import type { Page } from './page.ts'
import { cellGcraOf, Part, type Shared } from './part.ts'

/** An entry's time is the end of its window on the wall clock; its one column is what has been charged. */
const COLUMNS = 1

export class FixedPart extends Part {
  readonly #windows: { at(wallMs: number): WindowSpan }
  readonly #count: FixedCount = { sum: 0, untilMs: 0 }
  #span: WindowSpan = { startMs: 0, endMs: 0, nextEndMs: 0 }
  #wallMs = 0
  #used = 0

  constructor(limit: Limit, shared: Shared) {
    super(limit, cellGcraOf(limit), COLUMNS, shared)
    this.#windows = limit.calendar ? new CalendarWindows(limit.calendar) : new PlainWindows(limit.windowMs)
  }

  protected override now(): number {
    return this.clock.wallMs
  }

  protected override load(time: number): void {
    this.#wallMs = this.clock.wallMs
    this.#span = this.#windows.at(this.#wallMs)
    const { nextEndMs } = this.#span
    const count = this.#count
    count.sum = time > this.#wallMs ? ((this.table.page as Page).more[this.table.slot] as number) : 0
    // Beyond that lies what a wall clock has written that was put back since.
    count.untilMs = Math.min(time, nextEndMs)
    if (time > nextEndMs) (this.table.page as Page).times[(this.table.slot << 1) | 1] = nextEndMs
    this.#used = fixedUsed(count, this.limit.quota, this.#span, this.#wallMs)
  }

  protected override fits(cost: number): boolean {
    return this.#used + cost <= this.limit.quota
  }

  protected override take(cost: number): void {
    this.#used += cost
  }

  protected override owe(cost: number): void {
    this.#used = fixedDebit(this.#used, cost, this.limit.quota)
  }

  protected override giveBack(cost: number, _chargedMs: number, chargedWallMs: number): void {
    this.#used = fixedRefund(this.#used, cost, this.#span, chargedWallMs)
  }

  protected override save(): number {
    fixedWrite(this.#count, this.#used, this.limit.quota, this.#span)
    ;(this.table.page as Page).more[this.table.slot] = this.#count.sum
    return this.#count.untilMs
  }

  protected override read(cost: number, admitted: boolean): Reading {
    return readFixed(this.limit, this.#used, cost, this.#span, this.#wallMs, admitted)
  }
}
