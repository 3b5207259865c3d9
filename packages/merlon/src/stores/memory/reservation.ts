import type { Reading, Reservation, Subject } from '../../contract/counters.ts'
import type { Part } from './part.ts'

/** One limit's share of a charge. */
export interface Charged {
  readonly part: Part
  /** Whom it was charged to, the known subject where that counts. */
  readonly subject: Subject
  readonly inCell: boolean
  /** The part's own, then: what it has forgotten since is not given back again. */
  readonly epoch: number
  /** What has not been given back. */
  left: number
}

export class MemoryReservation implements Reservation {
  readonly readings: Reading[]
  readonly #charged: readonly Charged[]
  readonly #atMs: number
  readonly #atWallMs: number

  constructor(readings: Reading[], charged: readonly Charged[], atMs: number, atWallMs: number) {
    this.readings = readings
    this.#charged = charged
    this.#atMs = atMs
    this.#atWallMs = atWallMs
  }

  refund(places?: readonly number[], costs?: readonly number[]): void {
    for (let at = 0; at < (places ?? this.#charged).length; at++) {
      const each = this.#charged[places === undefined ? at : (places[at] as number)]
      if (each !== undefined) this.#giveBack(each, costs?.[at])
    }
  }

  #giveBack(each: Charged, cost = each.left): void {
    const given = Math.min(each.left, cost)
    if (given <= 0 || each.epoch !== each.part.epoch) return
    each.left -= given
    each.part.refund(each.subject, given, this.#atMs, this.#atWallMs, each.inCell)
  }
}
