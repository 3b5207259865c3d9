import type { Limit, Reading } from '../../contract/counters.ts'

/** What is left in all; its times are worked out when they are asked for, from what the store said last. */
export class SliceReading implements Reading {
  readonly limit: Limit
  readonly admits = true
  readonly remaining: number
  readonly #cost: number
  readonly #said: Reading
  readonly #goneMs: number

  /** @param goneMs since the store was asked for what it said */
  constructor(limit: Limit, cost: number, remaining: number, said: Reading, goneMs: number) {
    this.limit = limit
    this.remaining = remaining
    this.#cost = cost
    this.#said = said
    this.#goneMs = goneMs
  }

  get nextMs(): number {
    return Math.max(0, Math.ceil(this.#said.nextMs - this.#goneMs))
  }

  get retryMs(): number {
    return this.remaining >= this.#cost ? 0 : this.nextMs
  }

  get resetMs(): number {
    return Math.max(0, Math.ceil(this.#said.resetMs - this.#goneMs))
  }
}
