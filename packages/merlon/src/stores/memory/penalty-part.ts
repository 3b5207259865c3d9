import type { Limit, PenaltyRule, Reading, Subject } from '../../contract/counters.ts'
import { compileGcra } from '../../contract/gcra.ts'
import {
  ban,
  compilePenalty,
  type Penalty,
  type PenaltyState,
  penaltyIdleMs,
  readPenalty,
  strike,
} from '../../contract/penalty.ts'
import type { Bans } from './bans.ts'
import type { Page } from './page.ts'
import { Part, type Shared } from './part.ts'

/** Columns before the places: the ban's end, bans in a row, refusals that are in no place, and the last one's time. */
const HEAD = 4

/**
 * Who is refused too often, and banned for it. In a cell there are no bans: it refuses while more refusals than it holds
 * have come together, so nobody is banned for what his network does; who is on the list of bans still is.
 */
export class PenaltyPart extends Part {
  readonly #penalty: Penalty
  readonly #bans: Bans
  readonly #state: PenaltyState = { untilMs: 0, times: 0, loose: 0, lastMs: 0 }
  readonly #places: { times: Float64Array; from: number; readonly count: number }

  constructor(limit: Limit, shared: Shared, bans: Bans) {
    const rule = ruleOf(limit)
    const penalty = compilePenalty(rule)
    const most = rule.after * limit.overflowTimes
    super(limit, compileGcra(most, rule.withinMs, most), HEAD + penalty.places, shared)
    this.#penalty = penalty
    this.#places = { times: new Float64Array(0), from: 0, count: penalty.places }
    this.#bans = bans
  }

  override decide(subject: Subject, _cost: number): boolean {
    this.find(subject)
    const { nowMs } = this.clock
    return this.cell < 0 ? this.#state.untilMs <= nowMs : this.cellAdmits && this.#listedUntil(subject) <= nowMs
  }

  /** Takes note that another limit of the set refuses; gives whether that, or a ban before it, bans. */
  strike(subject: Subject): boolean {
    if (this.cell >= 0) {
      this.writeCell(1)
      return !this.cellAdmits
    }
    const { times } = this.#state
    strike(this.#penalty, this.#state, this.#places, this.clock.nowMs)
    this.write(subject)
    const { untilMs } = this.#state
    if (this.#state.times !== times && untilMs > this.clock.nowMs) this.#list(subject)
    return untilMs > this.clock.nowMs
  }

  override settle(subject: Subject, _cost: number, _all: boolean, admitted: boolean): Reading {
    if (this.cell < 0) return readPenalty(this.limit, this.#state.untilMs, this.clock.nowMs)
    const listedMs = this.#listedUntil(subject)
    return listedMs > this.clock.nowMs
      ? readPenalty(this.limit, listedMs, this.clock.nowMs)
      : this.readCell(1, admitted)
  }

  /** Nothing is charged, so nothing is known too late either. */
  override debit(): void {}

  override refund(): void {}

  override forget(subject: Subject): void {
    super.forget(subject)
    this.#bans.remove(this.limit, subject)
  }

  /** Bans by hand. Where there is no place for an entry, the list of bans alone holds it. */
  ban(subject: Subject, forMs: number, nowMs: number): void {
    this.find(subject)
    if (this.cell < 0) {
      ban(this.#state, this.#places, nowMs, forMs)
      this.write(subject)
      this.#list(subject)
    } else this.#bans.add(this.limit, subject, nowMs + forMs, 1, nowMs)
  }

  protected override now(clockMs: number): number {
    return clockMs
  }

  protected override load(time: number): void {
    const { nowMs } = this.clock
    const { more } = this.table.page as Page
    const at = this.table.slot * this.table.columns
    this.#places.times = more
    this.#places.from = at + HEAD
    if (time <= nowMs) more.fill(0, at, at + this.table.columns)
    const state = this.#state
    state.untilMs = more[at] as number
    state.times = more[at + 1] as number
    state.loose = more[at + 2] as number
    state.lastMs = more[at + 3] as number
  }

  protected override fits(): boolean {
    return this.#state.untilMs <= this.clock.nowMs
  }

  protected override take(): void {}

  protected override owe(): void {}

  protected override giveBack(): void {}

  protected override save(): number {
    const { more } = this.table.page as Page
    const at = this.table.slot * this.table.columns
    const { untilMs, times, loose, lastMs } = this.#state
    more[at] = untilMs
    more[at + 1] = times
    more[at + 2] = loose
    more[at + 3] = lastMs
    return penaltyIdleMs(this.#penalty, this.#state, this.#places)
  }

  protected override read(): Reading {
    return readPenalty(this.limit, this.#state.untilMs, this.clock.nowMs)
  }

  #list(subject: Subject): void {
    this.#bans.add(this.limit, subject, this.#state.untilMs, this.#state.times, this.clock.nowMs)
  }

  #listedUntil(subject: Subject): number {
    return this.#bans.untilMs(this.limit, subject)
  }
}

function ruleOf({ id, penalty }: Limit): PenaltyRule {
  if (penalty === undefined || penalty.banMs.length === 0) throw new TypeError(`the penalty ${id} has no rule`)
  return penalty
}
