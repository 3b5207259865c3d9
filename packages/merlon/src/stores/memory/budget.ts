/** Cells are promised to every part: where a table may not grow, they have to be there. */
export const CELL_BYTES = 65_536 * 8

/** What a part can count on beside its cells. */
const LEAST_BYTES = 65_536

/** Default for all parts together, or a megabyte for each where that is more. */
const DEFAULT_BYTES = 128 * 1024 * 1024
const DEFAULT_PART_BYTES = 1024 * 1024

/** Shares a fixed number of bytes among the parts of a table. */
export class Budget {
  readonly #given: number | undefined
  #parts = 0
  #used = 0

  constructor(maxBytes: number | undefined) {
    this.#given = maxBytes
  }

  get maxBytes(): number {
    return this.#given ?? Math.max(DEFAULT_BYTES, this.#parts * DEFAULT_PART_BYTES)
  }

  /** Bytes of all tables; cells count from the start. */
  get used(): number {
    return this.#used
  }

  /** Room for one part more, its cells promised. */
  admit(): void {
    const parts = this.#parts + 1
    const least = parts * (CELL_BYTES + LEAST_BYTES)
    if (this.#given !== undefined && this.#given < least) {
      throw new RangeError(
        `memoryCounters: maxBytes is ${this.#given}, and ${parts} limits need ${least} at the least ` +
          '(limits that count by address take two parts); write a larger maxBytes, or have fewer limits',
      )
    }
    this.#parts = parts
    this.#used += CELL_BYTES
  }

  /**
   * Takes bytes for a part that holds `held` already; false where it may not have them. A part may hold twice what is
   * still free: so one that is flooded takes most of the memory, and there is always some left for the others to
   * grow into (Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet switches", 1998).
   */
  take(bytes: number, held: number): boolean {
    const free = this.maxBytes - this.#used - bytes
    if (held + bytes > 2 * free) return false
    this.#used += bytes
    return true
  }

  give(bytes: number): void {
    this.#used -= bytes
  }
}
