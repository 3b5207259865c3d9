/** How often the wall clock is looked at. */
const LOOK_MS = 1000

/**
 * Milliseconds since the first charge: small numbers, whatever the platform counts from, that never go back. Beside them
 * runs the wall clock, which the calendar's windows follow.
 */
export class Clock {
  #wall: () => number
  #follows: boolean
  #startMs = Number.NaN
  /** The last that was told. */
  nowMs = 0
  #lookedMs = Number.NaN
  #lookedWallMs = 0

  /** @param wall default: the process' own */
  constructor(wall: (() => number) | undefined) {
    this.#wall = wall ?? Date.now
    this.#follows = wall !== undefined
  }

  /** Follows this wall clock from here on. */
  follow(wall: () => number): void {
    this.#wall = wall
    this.#follows = true
    this.#lookedMs = Number.NaN
  }

  at(nowMs: number): number {
    const ms = nowMs - this.#startMs
    if (ms > this.nowMs) this.nowMs = ms
    else if (Number.isNaN(ms)) this.#startMs = nowMs - this.nowMs
    return this.nowMs
  }

  /** The wall clock's time at `nowMs`. */
  get wallMs(): number {
    const passed = this.nowMs - this.#lookedMs
    if (passed < LOOK_MS) return this.#lookedWallMs + passed
    const wallMs = this.#wall()
    const expectedMs = this.#lookedWallMs + passed
    // What nobody has given is the clock of the process, and the times of charges may be others, as in a test. It is
    // followed onwards: a machine that has slept goes on with today's date.
    this.#lookedWallMs = this.#follows || !(wallMs < expectedMs) ? wallMs : expectedMs
    this.#lookedMs = this.nowMs
    return this.#lookedWallMs
  }

  /** Now, where nobody has told it: the last time that was told, and what has passed on the wall clock since. */
  guess(): number {
    const wallMs = this.wallMs
    return this.nowMs + Math.max(0, this.#wall() - wallMs)
  }

  reset(): void {
    this.#startMs = Number.NaN
    this.nowMs = 0
    this.#lookedMs = Number.NaN
  }
}
