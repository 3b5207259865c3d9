import type { Platform } from '../contract/platform.ts'

/** A request under way. It is looked at when it may be late, and decides by itself whether it is. */
export interface Watched {
  /** The time from which on there is cause to look: monotonic milliseconds, Infinity for never. */
  dueMs: number
  /** Where the watch keeps it; -1 where it is in none. The watch's own. */
  place: number
  /** Sets `dueMs` anew, or ends the request and takes it from the watch. */
  inspect(nowMs: number): void
}

export interface Watch {
  /** How many requests are watched. */
  readonly size: number
  /**
   * Watches it, or goes by its new `dueMs`.
   *
   * @param tickMs how late, at most, it may be noticed that the request is due
   */
  add(watched: Watched, tickMs: number): void
  remove(watched: Watched): void
}

export function openWatch(platform: Platform): Watch {
  return platform.sharesTimers ? new SharedWatch(platform) : new SingleWatch(platform)
}

/**
 * One timer for all requests. A timer for each would cost more than many a request takes; most are over before a tick
 * sees them. It runs only while a request is watched.
 *
 * They stand in a plain list. A Set replaces its table again and again, and the old ones keep what stood in them from
 * being freed soon, which doubles the cost of a short request.
 */
export class SharedWatch implements Watch {
  readonly #platform: Platform
  readonly #watched: Watched[] = []
  #tickMs = Number.POSITIVE_INFINITY
  #stop: (() => void) | undefined

  constructor(platform: Platform) {
    this.#platform = platform
  }

  get size(): number {
    return this.#watched.length
  }

  add(watched: Watched, tickMs: number): void {
    if (watched.place < 0) watched.place = this.#watched.push(watched) - 1
    if (tickMs < this.#tickMs) {
      this.#tickMs = tickMs
      this.#stop?.()
      this.#stop = undefined
    }
    this.#stop ??= this.#platform.timer(this.#tickMs, this.#tick)
  }

  /** The last takes its place. */
  remove(watched: Watched): void {
    const { place } = watched
    if (place < 0) return
    watched.place = -1
    const last = this.#watched.pop() as Watched
    if (last === watched) return
    last.place = place
    this.#watched[place] = last
  }

  readonly #tick = (): void => {
    const nowMs = this.#platform.now()
    const due = this.#watched.filter((watched) => watched.dueMs <= nowMs)
    try {
      // One that is ended may take others along.
      for (const watched of due) if (watched.place >= 0) watched.inspect(nowMs)
    } finally {
      this.#stop = this.size > 0 ? this.#platform.timer(this.#tickMs, this.#tick) : undefined
    }
  }
}

/** A timer for each request, where none may act for another's. */
export class SingleWatch implements Watch {
  readonly #platform: Platform
  readonly #timers = new Map<Watched, () => void>()

  constructor(platform: Platform) {
    this.#platform = platform
  }

  get size(): number {
    return this.#timers.size
  }

  /** Once more where `dueMs` has been set to another time. */
  add(watched: Watched): void {
    this.remove(watched)
    this.#set(watched)
  }

  remove(watched: Watched): void {
    this.#timers.get(watched)?.()
    this.#timers.delete(watched)
  }

  #set(watched: Watched): void {
    const { dueMs } = watched
    const cancel =
      dueMs === Number.POSITIVE_INFINITY
        ? () => {}
        : this.#platform.timer(Math.max(0, Math.ceil(dueMs - this.#platform.now())), () => this.#ring(watched))
    this.#timers.set(watched, cancel)
  }

  #ring(watched: Watched): void {
    const nowMs = this.#platform.now()
    // A timer may come a little early by another clock.
    if (watched.dueMs <= nowMs) watched.inspect(nowMs)
    if (this.#timers.has(watched)) this.#set(watched)
  }
}
