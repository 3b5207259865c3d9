import type { Client } from '../../contract/facts.ts'

/** How much of a queue one client may have. */
const SHARE = 0.1

/** Requests that wait. Each holds a connection, so there is a bound for all, and a smaller one for each client. */
export class Queue {
  readonly #most: number
  readonly #mostOfOne: number
  readonly #waiting = new Map<string, number>()
  #size = 0

  constructor(most: number) {
    this.#most = most
    this.#mostOfOne = Math.max(1, Math.floor(most * SHARE))
  }

  get size(): number {
    return this.#size
  }

  /** False where there is no room. */
  enter({ prefix }: Client): boolean {
    const own = this.#waiting.get(prefix) ?? 0
    if (this.#size >= this.#most || own >= this.#mostOfOne) return false
    this.#waiting.set(prefix, own + 1)
    this.#size++
    return true
  }

  leave({ prefix }: Client): void {
    const own = (this.#waiting.get(prefix) ?? 1) - 1
    if (own === 0) this.#waiting.delete(prefix)
    else this.#waiting.set(prefix, own)
    this.#size--
  }
}
