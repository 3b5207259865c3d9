/** Never fewer: a service that is slow and not overloaded has to be able to recover. */
const LEAST = 10
const MOST = 10_000
const FIRST = 100

/** How much slower than usual answers may be before the limit falls. */
const TOLERANCE = 1.5
/** How much of each new estimate counts. */
const SMOOTHING = 0.2
/** Requests that may always wait, so that a limit can grow again. */
const QUEUE = 4
const WINDOW_MS = 250
const WINDOW_SAMPLES = 10
/** Windows over which the usual time is averaged. */
const LONG = 600

/**
 * How many requests to work on at once, found from how long they take: as long as answers take no longer than usual,
 * there may be a few more at once; when they slow down, fewer. After Gradient2 of Netflix' concurrency-limits ("Performance
 * Under Load", 2018), whose measure of usual is a slow average of the times themselves.
 *
 * What is measured is the time to the beginning of an answer: how fast a client takes it says nothing of the service,
 * and clients that read slowly on purpose would close it for the others.
 */
export class Adaptive {
  #limit = FIRST
  #running = 0
  #usualMs = 0
  #windows = 0
  #sumMs = 0
  #samples = 0
  #most = 0
  #untilMs = Number.NEGATIVE_INFINITY

  get limit(): number {
    return Math.floor(this.#limit)
  }

  get running(): number {
    return this.#running
  }

  /** A place, where `share` of them is not taken yet. */
  take(share: number): boolean {
    if (this.#running >= Math.max(1, this.limit * share)) return false
    this.force()
    return true
  }

  /** A place whether or not there is one. */
  force(): void {
    this.#running++
    if (this.#running > this.#most) this.#most = this.#running
  }

  give(): void {
    this.#running--
  }

  /** An answer has begun after this long. Without a timer: windows end with the first sample after their time. */
  sample(tookMs: number, nowMs: number): void {
    if (this.#untilMs === Number.NEGATIVE_INFINITY) this.#untilMs = nowMs + WINDOW_MS
    this.#sumMs += tookMs
    this.#samples++
    if (nowMs < this.#untilMs || this.#samples < WINDOW_SAMPLES) return
    this.#update(this.#sumMs / this.#samples)
    this.#sumMs = 0
    this.#samples = 0
    this.#most = this.#running
    this.#untilMs = nowMs + WINDOW_MS
  }

  #update(shortMs: number): void {
    this.#windows = Math.min(LONG, this.#windows + 1)
    this.#usualMs += (shortMs - this.#usualMs) / this.#windows
    // After an overload the average is too high for long, and would hide the next one.
    if (this.#usualMs > 2 * shortMs) this.#usualMs *= 0.95
    // A limit that nobody comes near says nothing of what it does.
    if (this.#most < this.#limit / 2) return
    const gradient = Math.max(0.5, Math.min(1, (TOLERANCE * this.#usualMs) / Math.max(shortMs, 0.001)))
    const wanted = this.#limit * gradient + QUEUE
    const next = this.#limit * (1 - SMOOTHING) + wanted * SMOOTHING
    this.#limit = Math.max(LEAST, Math.min(MOST, next))
  }
}
