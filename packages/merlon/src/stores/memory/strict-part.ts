import type { Limit, Reading } from '../../contract/counters.ts'
import { compileGcra, type Gcra } from '../../contract/gcra.ts'
import {
  freePlaces,
  givePlaces,
  lastPlace,
  MOST_STRICT,
  owePlaces,
  type Places,
  readStrict,
  takePlaces,
} from '../../contract/strict.ts'
import type { Page } from './page.ts'
import { Part, type Shared } from './part.ts'

/** Times are counted in whole microseconds. */
const TICKS = 1000

/** Columns: for each unit of the quota, the time at which it is free again. */
export class StrictPart extends Part {
  readonly #places: { times: Float64Array; from: number; readonly count: number }
  readonly #window: number
  #now = 0

  constructor(limit: Limit, shared: Shared) {
    const { quota, windowMs, id } = limit
    if (quota > MOST_STRICT) {
      throw new RangeError(`the strict limit ${id} has a quota of ${quota}, expected at most ${MOST_STRICT}`)
    }
    super(limit, strictCellOf(limit), quota, shared)
    this.#places = { times: new Float64Array(0), from: 0, count: quota }
    this.#window = windowMs * TICKS
  }

  protected override now(clockMs: number): number {
    return Math.floor(clockMs * TICKS)
  }

  protected override load(time: number): void {
    this.#now = this.now(this.clock.nowMs)
    const places = this.#places as { -readonly [Key in keyof Places]: Places[Key] }
    places.times = (this.table.page as Page).more
    places.from = this.table.slot * places.count
    if (time <= this.#now) places.times.fill(0, places.from, places.from + places.count)
  }

  protected override fits(cost: number): boolean {
    return freePlaces(this.#places, this.#now) >= cost
  }

  protected override take(cost: number): void {
    takePlaces(this.#places, cost, this.#now, this.#window)
  }

  protected override owe(cost: number): void {
    owePlaces(this.#places, cost, this.#now, this.#window)
  }

  protected override giveBack(cost: number, chargedMs: number): void {
    givePlaces(this.#places, cost, this.now(chargedMs), this.#window)
  }

  protected override save(): number {
    return lastPlace(this.#places)
  }

  protected override read(cost: number, admitted: boolean): Reading {
    return readStrict(this.limit, this.#places, cost, this.#now, TICKS, admitted)
  }
}

/**
 * A cell cannot keep the times of so many. It is one number all the same, of a rate and a burst that together are the
 * cell's quota, so no more than that is ever admitted in any W.
 */
function strictCellOf({ quota, windowMs, overflowTimes }: Limit): Gcra {
  const most = quota * overflowTimes
  const burst = Math.ceil(most / 2)
  return compileGcra(most + 1 - burst, windowMs, burst)
}
