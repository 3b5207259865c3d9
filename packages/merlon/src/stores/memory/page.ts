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

const SAMPLE = 64

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

  /** Where the entry of this hash stands; -1 where there is none. */
  slotOf(high: number, low: number): number {
    const { words, mask } = this
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const h = words[slot << 2]
      const l = words[(slot << 2) | 1]
      if (h === high && l === low) return slot
      if (h === 0 && l === 0) return -1
    }
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

const ENTRIES = (GROUP_PAGES * PAGE_BYTES) / ENTRY_BYTES

/** Where entries stand while their pages are made anew; one for all tables of a store, and never given back. */
export class Scratch {
  readonly words = new Int32Array(ENTRIES * 2)
  readonly times = new Float64Array(ENTRIES)
  #more: Float64Array | undefined

  /** Of tables that have further columns. */
  get more(): Float64Array {
    this.#more ??= new Float64Array((GROUP_PAGES * PAGE_BYTES) / 8)
    return this.#more
  }

  /** Copies the entries that owe to here; gives their number. */
  gather(pages: readonly Page[], now: number, columns: number): number {
    let kept = 0
    for (const { words, times, more, slots } of pages) {
      for (let slot = 0; slot < slots; slot++) {
        const time = times[(slot << 1) | 1] as number
        if (time <= now) continue
        this.words[kept << 1] = words[slot << 2] as number
        this.words[(kept << 1) | 1] = words[(slot << 2) | 1] as number
        this.times[kept] = time
        for (let at = 0; at < columns; at++) this.more[kept * columns + at] = more[slot * columns + at] as number
        kept++
      }
    }
    return kept
  }

  /** About when a sixteenth of what stands here will owe nothing. */
  sixteenth(kept: number): number {
    const sample = new Float64Array(SAMPLE)
    for (let at = 0; at < SAMPLE; at++) sample[at] = this.times[Math.floor((at * kept) / SAMPLE)] as number
    return sample.sort()[SAMPLE / 16] as number
  }
}
