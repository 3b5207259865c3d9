import type { Reading, Subject } from '../../contract/counters.ts'
import type { Shadow } from './shadow.ts'

/** Decides a set without the store: all or nothing, as the store would. */
export class Without {
  readonly shadows: readonly Shadow[]
  readonly #admitted: boolean[]

  constructor(shadows: readonly Shadow[]) {
    this.shadows = shadows
    this.#admitted = shadows.map(() => false)
  }

  /**
   * @param handOver whether what is admitted is the store's to learn; not where it may have charged it already
   */
  charge(subjects: readonly Subject[], costs: readonly number[], nowMs: number, handOver: boolean): Reading[] {
    const { shadows } = this
    const all = this.#decide(subjects, costs, nowMs)
    const readings: Reading[] = []
    for (let at = 0; at < shadows.length; at++) {
      const admitted = this.#admitted[at] as boolean
      readings.push((shadows[at] as Shadow).settle(costs[at] as number, all, admitted, handOver))
    }
    return readings
  }

  read(subjects: readonly Subject[], nowMs: number): Reading[] {
    const ones = subjects.map(() => 1)
    this.#decide(subjects, ones, nowMs)
    return this.shadows.map((shadow, at) => shadow.settle(1, false, this.#admitted[at] as boolean, false))
  }

  debit(subjects: readonly Subject[], costs: readonly number[], nowMs: number, handOver: boolean): void {
    this.shadows.forEach((shadow, at) => {
      shadow.debit(subjects[at] as Subject, costs[at] as number, nowMs, handOver)
    })
  }

  owe(subjects: readonly Subject[], costs: readonly number[], nowMs: number): void {
    this.shadows.forEach((shadow, at) => {
      shadow.owe(subjects[at] as Subject, costs[at] as number, nowMs, false)
    })
  }

  learn(subjects: readonly Subject[], readings: readonly Reading[], nowMs: number): void {
    for (let at = 0; at < this.shadows.length; at++) {
      ;(this.shadows[at] as Shadow).learn(subjects[at] as Subject, readings[at] as Reading, nowMs)
    }
  }

  #decide(subjects: readonly Subject[], costs: readonly number[], nowMs: number): boolean {
    let all = true
    for (let at = 0; at < this.shadows.length; at++) {
      const admitted = (this.shadows[at] as Shadow).decide(subjects[at] as Subject, costs[at] as number, nowMs)
      this.#admitted[at] = admitted
      if (!admitted) all = false
    }
    return all
  }
}

export function admitted(readings: readonly Reading[]): boolean {
  return readings.every((reading) => reading.admits)
}
