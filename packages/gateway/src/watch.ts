/** Something that may stall. It is looked at on every tick, and decides by itself whether it has waited too long. */
export interface Watched {
  inspect(nowMs: number): void
  /** The gateway closes: what is under way is the last on its connection. */
  finish?(): void
  /** It has not finished in time. */
  abandon?(): void
}

const MIN_TICK_MS = 20
const MAX_TICK_MS = 1000

/**
 * One timer for all that may stall. A timer for each request and phase would cost more than many a request; here most
 * requests are over before a tick sees them. A stall is noticed at most one tick late.
 */
export class Watch {
  readonly now: () => number
  readonly #watched = new Set<Watched>()
  readonly #timer: NodeJS.Timeout

  /** @param shortestMs the shortest time-out that is watched: a tick is a tenth of it */
  constructor(shortestMs: number, now: () => number) {
    this.now = now
    const tickMs = Math.max(MIN_TICK_MS, Math.min(MAX_TICK_MS, shortestMs / 10))
    this.#timer = setInterval(() => this.tick(), tickMs)
    this.#timer.unref()
  }

  get size(): number {
    return this.#watched.size
  }

  add(watched: Watched): void {
    this.#watched.add(watched)
  }

  remove(watched: Watched): void {
    this.#watched.delete(watched)
  }

  tick(): void {
    const nowMs = this.now()
    for (const watched of this.#watched) watched.inspect(nowMs)
  }

  finish(): void {
    for (const watched of this.#watched) watched.finish?.()
  }

  abandon(): void {
    for (const watched of this.#watched) watched.abandon?.()
  }

  close(): void {
    clearInterval(this.#timer)
    this.#watched.clear()
  }
}
