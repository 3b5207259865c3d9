/** An entry: 64 bits of hash, and the time at which its subject owes nothing, as a double. */
const ENTRY_BYTES = 16

/** A page takes about this much, whatever an entry takes. */
const PAGE_BYTES = 65_536

/** A table's first page alone starts small. */
export const FIRST_SLOTS = 64

/** Pages that a group may have before it is split in two. */
export const GROUP_PAGES = 3

/** What an entry takes that has so many further columns, each a double. */
export function entryBytes(columns: number): number {
  return ENTRY_BYTES + columns * 8
}

/** How many entries a whole page has: a power of two. */
export function pageSlots(columns: number): number {
  return Math.max(FIRST_SLOTS, 2 ** Math.floor(Math.log2(PAGE_BYTES / entryBytes(columns))))
}

const none = new Float64Array(0)

/** A piece of a table: entries that stand at the slot of their hash, or at one of the next. */
export class Page {
  readonly mask: number
  /** Hashes: `high` at 4·slot, `low` after it. The same memory as `times`. */
  readonly words: Int32Array
  /** Times: at 2·slot + 1. */
  readonly times: Float64Array
  /** Further columns: at slot·columns. What an idle entry has there means nothing. */
  readonly more: Float64Array
  /** Slots that were ever taken since the page was last cleared. */
  count = 0
  group: Group

  constructor(slots: number, group: Group, columns: number) {
    const buffer = new ArrayBuffer(slots * ENTRY_BYTES)
    this.mask = slots - 1
    this.words = new Int32Array(buffer)
    this.times = new Float64Array(buffer)
    this.more = columns === 0 ? none : new Float64Array(slots * columns)
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
  /** When that was found out: a clock that has gone back behind it makes it void. */
  sweptAt = Number.NEGATIVE_INFINITY

  constructor(
    readonly prefix: number,
    readonly depth: number,
  ) {}
}

/** Where entries stand while their pages are made anew; one for all tables of a store, and never given back. */
export class Scratch {
  readonly words = new Int32Array(((GROUP_PAGES * PAGE_BYTES) / ENTRY_BYTES) * 2)
  readonly times = new Float64Array((GROUP_PAGES * PAGE_BYTES) / ENTRY_BYTES)
  #more: Float64Array | undefined

  /** Of tables that have further columns. */
  get more(): Float64Array {
    this.#more ??= new Float64Array((GROUP_PAGES * PAGE_BYTES) / 8)
    return this.#more
  }
}
