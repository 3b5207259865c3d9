import type { Facts } from '../contract/facts.ts'
import type { CompiledRoute } from './compile.ts'

/** What one limit has said of a request. */
export interface LimitReading {
  /** Its name, as in headers. */
  readonly name: string
  readonly quota: number
  readonly windowMs: number
  /** What could be admitted right now. */
  readonly remaining: number
  /** Until one unit more could be. */
  readonly nextMs: number
  /** Until nothing is owed any more. */
  readonly resetMs: number
}

/** What a handler sees of limits, and may change of what they took: `req.merlon.limits`. */
export interface RequestLimits {
  /** What each limit that counted this request says of it. */
  readonly readings: readonly LimitReading[]
  /**
   * Gives back what this request was charged, by a limit of this name or by all that may give back: those with `counts`.
   * It is sent, and nobody waits for it.
   *
   * @throws RangeError for a name that no limit here has, and for one of a limit that counts every request
   */
  refund(name?: string): void
  /**
   * Charges what is known only now: tokens, rows, bytes. A limit may so owe a window more than it holds.
   *
   * @param amount whole, from 0 on; in kilobytes for a limit that counts bytes
   * @param name of a limit here; without one it is every limit that counted this request
   * @throws RangeError for a name that no limit here has, and for an amount that is no such number
   */
  charge(amount: number, name?: string): void
}

export class LimitsView implements RequestLimits {
  readonly #facts: Facts

  constructor(facts: Facts) {
    this.#facts = facts
  }

  get readings(): readonly LimitReading[] {
    return (this.#facts.readings ?? []).map(({ limit: { name, quota, windowMs }, remaining, nextMs, resetMs }) => {
      return { name, quota, windowMs, remaining, nextMs, resetMs }
    })
  }

  refund(name?: string): void {
    this.#recount('refund', name)?.refund(this.#facts, name)
  }

  charge(amount: number, name?: string): void {
    this.#recount('charge', name)?.charge(this.#facts, amount, name)
  }

  /** That of the route; where no limit holds there, a name is a mistake and all of them are none. */
  #recount(what: string, name: string | undefined) {
    const recount = (this.#facts.route as CompiledRoute).parts.get('limits')?.recount
    if (recount || name === undefined) return recount
    throw new RangeError(`${what}: no limit holds here, got "${name}"`)
  }
}
