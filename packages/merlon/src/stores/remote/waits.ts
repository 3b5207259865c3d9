import type { Time } from './time.ts'

/** Something that is waited for. */
export interface Waiting {
  dueMs: number
  /** Whether there is nothing to wait for any more. */
  settled: boolean
  giveUp(): void
}

/**
 * Waits that are all equally long, so that they end in the order in which they began, and one timer serves them all.
 *
 * A process that was busy for longer than the wait finds its timer due and the answers in its sockets at the same time.
 * They count: the loop is let go round once before anybody gives up.
 */
export class Waits {
  readonly #time: Time
  readonly #waitMs: number
  #queue: Waiting[] = []
  #armed = false

  constructor(time: Time, waitMs: number) {
    this.#time = time
    this.#waitMs = waitMs
  }

  add(waiting: Waiting): void {
    waiting.dueMs = this.#time.now() + this.#waitMs
    this.#queue.push(waiting)
    if (!this.#armed) this.#arm(this.#waitMs)
  }

  #arm(ms: number): void {
    this.#armed = true
    this.#time.timer(ms, () => this.#time.turn(() => this.#expire(this.#time.now())))
  }

  #expire(now: number): void {
    const queue = this.#queue
    let at = 0
    // Whoever began while the loop went round keeps the whole wait.
    for (; at < queue.length; at++) {
      const waiting = queue[at] as Waiting
      if (!waiting.settled && waiting.dueMs > now) break
    }
    this.#queue = queue.slice(at)
    const [next] = this.#queue
    if (next === undefined) this.#armed = false
    else this.#arm(Math.max(1, Math.ceil(next.dueMs - now)))
    for (let each = 0; each < at; each++) {
      const waiting = queue[each] as Waiting
      if (!waiting.settled) waiting.giveUp()
    }
  }
}
