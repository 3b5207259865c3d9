import type { Limit, Reading } from '../../contract/counters.ts'
import { aged } from './readings.ts'

interface Refused {
  readonly readings: Reading[]
  readonly costs: readonly number[]
  readonly atMs: number
  readonly untilMs: number
}

/** Who has been refused, by one set of limits, and until when. */
export class Refusals {
  readonly #most: number
  readonly #penalties: readonly boolean[] | undefined
  readonly #kept = new Map<string, Refused>()
  /** How often all were forgotten. */
  cleared = 0

  constructor(limits: readonly Limit[], most: number) {
    this.#most = most
    const penalties = limits.map(({ algorithm }) => algorithm === 'penalty')
    this.#penalties = penalties.includes(true) ? penalties : undefined
  }

  /** What was said of these subjects and would be said again, for costs that are not smaller. */
  find(key: string, costs: readonly number[], nowMs: number): Reading[] | undefined {
    const refused = this.#kept.get(key)
    if (refused === undefined) return undefined
    if (nowMs >= refused.untilMs) {
      this.#kept.delete(key)
      return undefined
    }
    for (let at = 0; at < costs.length; at++) {
      if ((costs[at] as number) < (refused.costs[at] as number)) return undefined
    }
    return refused.readings.map((reading) => aged(reading, nowMs - refused.atMs))
  }

  /** @param atMs before the question was sent, so that nobody is refused for longer than the store would */
  keep(key: string, readings: Reading[], costs: readonly number[], atMs: number): void {
    let untilMs = 0
    for (let at = 0; at < readings.length; at++) {
      const { admits, degraded, retryMs } = readings[at] as Reading
      // Nothing that was decided without the store holds when it is back.
      if (degraded !== undefined) return
      const counts = this.#penalties === undefined || this.#penalties[at] === true
      if (!admits && counts) untilMs = Math.max(untilMs, atMs + retryMs)
    }
    if (untilMs <= atMs) return
    if (this.#kept.size >= this.#most) {
      const [oldest] = this.#kept.keys()
      if (oldest !== undefined) this.#kept.delete(oldest)
    }
    this.#kept.set(key, { readings, costs, atMs, untilMs })
  }

  clear(): void {
    this.cleared++
    this.#kept.clear()
  }
}
