/** Something that may stall. It is looked at on every tick, and decides by itself whether it has waited too long. */
export interface Watched {
  /** Where the watch keeps it; below 0 where it does not. The watch's own. */
  place?: number
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
 *
 * What is watched stands in a plain list. A Set replaces its table again and again, and the old ones, which outlive what
 * stood in them, keep it from being freed young: with every request copied twice before it goes.
 */
export class Watch {
  readonly now: () => number
  readonly #watched: Watched[] = []
  readonly #timer: NodeJS.Timeout

  /** @param shortestMs the shortest time-out that is watched: a tick is a tenth of it */
  constructor(shortestMs: number, now: () => number) {
    this.now = now
    const tickMs = Math.max(MIN_TICK_MS, Math.min(MAX_TICK_MS, shortestMs / 10))
    this.#timer = setInterval(() => this.tick(), tickMs)
    this.#timer.unref()
  }

  get size(): number {
    return this.#watched.length
  }

  add(watched: Watched): void {
    if ((watched.place ?? -1) < 0) watched.place = this.#watched.push(watched) - 1
  }

  /** The last takes its place. */
  remove(watched: Watched): void {
    const { place = -1 } = watched
    if (place < 0) return
    watched.place = -1
    const last = this.#watched.pop() as Watched
    if (last === watched) return
    last.place = place
    this.#watched[place] = last
  }

  tick(): void {
    const nowMs = this.now()
    for (const watched of this.#all()) if ((watched.place ?? -1) >= 0) watched.inspect(nowMs)
  }

  finish(): void {
    for (const watched of this.#all()) watched.finish?.()
  }

  abandon(): void {
    for (const watched of this.#all()) watched.abandon?.()
  }

  close(): void {
    clearInterval(this.#timer)
    for (const watched of this.#watched.splice(0)) watched.place = -1
  }

  /** One that is ended goes, and may take others along. */
  #all(): Watched[] {
    return [...this.#watched]
  }
}
