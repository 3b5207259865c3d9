import type { Limit, Reading } from '../../contract/counters.ts'
import {
  readSliding,
  type SlidingCount,
  slide,
  slidingDebit,
  slidingIdleMs,
  slidingRefund,
  slidingUsed,
} from '../../contract/sliding-window.ts'
import type { Page } from './page.ts'
import { cellGcraOf, Part, type Shared } from './part.ts'

/** Columns: the sum of the window that the entry was last written in, that of the one before, and which it was. */
const COLUMNS = 3

export class SlidingPart extends Part {
  readonly #count: SlidingCount = { index: 0, current: 0, previous: 0 }
  #nowMs = 0

  constructor(limit: Limit, shared: Shared) {
    super(limit, cellGcraOf(limit), COLUMNS, shared)
  }

  protected override now(clockMs: number): number {
    return Math.floor(clockMs)
  }

  protected override load(time: number): void {
    this.#nowMs = Math.floor(this.clock.nowMs)
    const count = this.#count
    if (time > this.#nowMs) {
      const { more } = this.table.page as Page
      const at = this.table.slot * COLUMNS
      count.current = more[at] as number
      count.previous = more[at + 1] as number
      count.index = more[at + 2] as number
    } else {
      count.current = 0
      count.previous = 0
      count.index = Math.floor(this.#nowMs / this.limit.windowMs)
    }
    slide(this.limit, count, this.#nowMs)
  }

  protected override fits(cost: number): boolean {
    return slidingUsed(this.limit, this.#count, this.#nowMs) + cost <= this.limit.quota
  }

  protected override take(cost: number): void {
    this.#count.current += cost
  }

  protected override owe(cost: number): void {
    slidingDebit(this.limit, this.#count, cost, this.#nowMs)
  }

  protected override giveBack(cost: number, chargedMs: number): void {
    slidingRefund(this.limit, this.#count, cost, chargedMs)
  }

  protected override save(): number {
    const { more } = this.table.page as Page
    const at = this.table.slot * COLUMNS
    more[at] = this.#count.current
    more[at + 1] = this.#count.previous
    more[at + 2] = this.#count.index
    return slidingIdleMs(this.limit, this.#count)
  }

  protected override read(cost: number, admitted: boolean): Reading {
    return readSliding(this.limit, this.limit, this.#count, cost, this.#nowMs, admitted)
  }
}
