import type { Time } from './time.ts'

/** Something that is waited for. */
export interface Waiting {
  /** Those that are waited for together; undefined once there is nothing to wait for any more. */
  batch: Batch | undefined
  giveUp(): void
}

/** Waits that began within a millisecond end together. */
class Batch {
  readonly beganMs: number
  waiting: Waiting[] = []
  open = 0

  constructor(beganMs: number) {
    this.beganMs = beganMs
  }

  /** One of them has its answer. Nothing is kept of them once all have: most do at once, and the wait is long. */
  settle(waiting: Waiting): void {
    waiting.batch = undefined
    if (--this.open === 0) this.waiting = []
  }
}

export type { Batch }

const BATCH_MS = 1

/**
 * Waits that are all equally long, so that they end in the order in which they began, and one timer serves them all.
 *
 * A process that was busy for longer than the wait finds its timer due and the answers in its sockets at the same time.
 * They count: the loop is let go round once before anybody gives up.
 */
export class Waits {
  readonly #time: Time
  readonly #waitMs: number
  #batches: Batch[] = []
  #last: Batch | undefined
  #armed = false

  constructor(time: Time, waitMs: number) {
    this.#time = time
    this.#waitMs = waitMs
  }

  /** Gives when the wait began. */
  add(waiting: Waiting): number {
    const now = this.#time.now()
    let batch = this.#last
    if (batch === undefined || now >= batch.beganMs + BATCH_MS) {
      batch = new Batch(now)
      this.#last = batch
      this.#batches.push(batch)
      if (!this.#armed) this.#arm(this.#waitMs)
    }
    batch.waiting.push(waiting)
    batch.open++
    waiting.batch = batch
    return now
  }

  #arm(ms: number): void {
    this.#armed = true
    this.#time.timer(ms, () => this.#time.turn(() => this.#expire(this.#time.now())))
  }

  #expire(now: number): void {
    const batches = this.#batches
    // Whoever began while the loop went round keeps the whole wait.
    let due = 0
    while (due < batches.length && (batches[due] as Batch).beganMs + this.#waitMs <= now) due++
    this.#batches = batches.slice(due)
    const [next] = this.#batches
    if (next === undefined) {
      this.#armed = false
      this.#last = undefined
    } else this.#arm(Math.max(1, Math.ceil(next.beganMs + this.#waitMs - now)))
    for (let at = 0; at < due; at++) {
      for (const waiting of (batches[at] as Batch).waiting) if (waiting.batch !== undefined) waiting.giveUp()
    }
  }
}
