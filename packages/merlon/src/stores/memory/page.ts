/** An entry: 64 bits of hash, and the time at which its subject owes nothing, as a double. */
export const ENTRY_BYTES = 16

/** A table's first page alone starts small. */
export const FIRST_SLOTS = 64
export const PAGE_SLOTS = 4096

/** Pages that a group may have before it is split in two. */
export const GROUP_PAGES = 3

/** A piece of a table: entries that stand at the slot of their hash, or at one of the next. */
export class Page {
  readonly mask: number
  /** Hashes: `high` at 4·slot, `low` after it. The same memory as `times`. */
  readonly words: Int32Array
  /** Times: at 2·slot + 1. */
  readonly times: Float64Array
  /** Slots that were ever taken since the page was last cleared. */
  count = 0
  group: Group

  constructor(slots: number, group: Group) {
    const buffer = new ArrayBuffer(slots * ENTRY_BYTES)
    this.mask = slots - 1
    this.words = new Int32Array(buffer)
    this.times = new Float64Array(buffer)
    this.group = group
  }

  get slots(): number {
    return this.mask + 1
  }
}

/** Pages that share the subjects whose hashes begin with the same `depth` bits. */
export class Group {
  pages: Page[] = []
  /** Before this time, clearing out idle entries would gain too little. */
  sweepAt = Number.NEGATIVE_INFINITY

  constructor(
    readonly prefix: number,
    readonly depth: number,
  ) {}
}

/** Where entries stand while their pages are made anew; one for all tables of a store, and never given back. */
export class Scratch {
  readonly words = new Int32Array(GROUP_PAGES * PAGE_SLOTS * 2)
  readonly times = new Float64Array(GROUP_PAGES * PAGE_SLOTS)
}
