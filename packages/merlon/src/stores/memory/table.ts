import type { Budget } from './budget.ts'
import type { Scratch } from './page.ts'
import { entryBytes, FIRST_SLOTS, GROUP_PAGES, Group, Page, pageSlots } from './page.ts'

/** Fuller than this, probing gets long. */
const FULL = 0.8

/** Where less than this of the room is taken by subjects that owe, clearing out the idle ones is enough. */
const ROOMY = 0.75

/** Directory entries of a group of the least depth: two pages share them evenly, and three. */
const SPAN = 6

/**
 * A hash table from subjects to times: open addressing in pages of 64 kB that a directory finds by the hash's first
 * bits (extendible hashing; Fagin, Nievergelt, Pippenger and Strong, 1979). It grows by one page at a time, two pages
 * to three and three to four, so no pause is long, nothing is left to the garbage collector, and between 53 and 80 % of
 * the slots are in use: 20 to 30 bytes a subject.
 *
 * An entry whose time has come is as good as none. It is given to the next subject that passes by; one that owes is
 * never given away.
 */
export class Table {
  readonly #budget: Budget
  readonly #scratch: () => Scratch
  /** Numbers that each entry has beside its time. */
  readonly columns: number
  readonly #pageSlots: number
  readonly #entryBytes: number
  #directory: Page[] = []
  /** Directory entries a hash: its first 32 bits times this is the index. */
  #scale = 0
  #depth = 0
  #bytes = 0
  #held = 0

  /** The place that `locate` found; it stands until the table is touched again. */
  page: Page | undefined
  slot = 0

  constructor(budget: Budget, scratch: () => Scratch, columns = 0) {
    this.#budget = budget
    this.#scratch = scratch
    this.columns = columns
    this.#pageSlots = pageSlots(columns)
    this.#entryBytes = entryBytes(columns)
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Slots in use: subjects that owe, and those that have not been cleared out since. */
  get size(): number {
    return this.#held
  }

  /** The page that has the subject's entry, or would have it. */
  pageOf(high: number): Page | undefined {
    return this.#directory[((high >>> 0) * this.#scale) | 0]
  }

  /** The time of the subject's entry; 0 where it has none, and then there is no place to write to. */
  find(high: number, low: number): number {
    const page = this.pageOf(high)
    if (page === undefined) return 0
    const slot = page.slotOf(high, low)
    if (slot < 0) return 0
    this.page = page
    this.slot = slot
    return page.times[(slot << 1) | 1] as number
  }

  /**
   * Finds the subject's entry and gives its time; where it has none, makes sure of a place for one and gives 0. Gives
   * -1 where there is no place.
   */
  locate(high: number, low: number, now: number): number {
    const page = this.pageOf(high)
    const slot = page === undefined ? -1 : page.slotOf(high, low)
    if (page === undefined || slot < 0) return this.#place(high, low, now)
    this.page = page
    this.slot = slot
    return page.times[(slot << 1) | 1] as number
  }

  /** Of one that has no entry: an idle one that it may have, or a slot that nobody has. */
  #place(high: number, low: number, now: number): number {
    const page = this.pageOf(high)
    if (page !== undefined) {
      const { words, times, mask } = page
      for (let slot = low & mask; ; slot = (slot + 1) & mask) {
        const isFree = words[slot << 2] === 0 && words[(slot << 2) | 1] === 0
        if (isFree && page.count >= page.slots * FULL) break
        if (!isFree && (times[(slot << 1) | 1] as number) > now) continue
        this.page = page
        this.slot = slot
        return 0
      }
    }
    return this.#makeRoom(page, now) ? this.#place(high, low, now) : -1
  }

  /** Writes the subject's time to the place that `locate` found. */
  write(high: number, low: number, time: number): void {
    const page = this.page as Page
    const at = this.slot << 2
    if (page.words[at] === 0 && page.words[at | 1] === 0) {
      page.count++
      this.#held++
    }
    page.words[at] = high
    page.words[at | 1] = low
    page.times[(this.slot << 1) | 1] = time
  }

  clear(): void {
    this.#budget.give(this.#bytes)
    this.#directory = []
    this.#scale = 0
    this.#depth = 0
    this.#bytes = 0
    this.#held = 0
    this.page = undefined
  }

  /** Clears out what is idle and grows by a page where that is not enough; false where there is still no room. */
  #makeRoom(page: Page | undefined, now: number): boolean {
    if (page === undefined) return this.#begin()
    const { group } = page
    if (now < group.sweepAt && now >= group.sweptAt) return false
    const kept = this.#scratch().gather(group.pages, now, this.columns)
    const room = group.pages.reduce((sum, each) => sum + each.slots, 0) * FULL
    const grown = kept > room * ROOMY && this.#grow(group)
    if (!grown) {
      // The bound is reached. The next sweep waits until it can gain something, or each newcomer would cost one.
      if (kept > room * ROOMY) {
        group.sweepAt = this.#scratch().sixteenth(kept)
        group.sweptAt = now
      }
      if (kept >= room) return false
      for (const each of group.pages) this.#empty(each)
    }
    this.#scatter(kept)
    return true
  }

  #begin(): boolean {
    if (!this.#take(FIRST_SLOTS * this.#entryBytes + SPAN * 8)) return false
    const group = new Group(0, 0)
    group.pages = [new Page(FIRST_SLOTS, group, this.columns)]
    this.#directory = new Array<Page>(SPAN)
    this.#scale = SPAN / 2 ** 32
    this.#assign(group)
    return true
  }

  /** Gives the group, or the two that it becomes, one page more, all of them empty; false where there are no bytes. */
  #grow(group: Group): boolean {
    const [first] = group.pages as [Page, ...Page[]]
    if (first.slots < this.#pageSlots) {
      // The first page of a table alone is small, and doubles until it is a whole one.
      if (!this.#take(first.slots * this.#entryBytes)) return false
      this.#held -= first.count
      group.pages = [new Page(first.slots * 2, group, this.columns)]
      this.#assign(group)
      return true
    }
    const doubles = group.pages.length === GROUP_PAGES && group.depth === this.#depth
    if (!this.#take(this.#pageSlots * this.#entryBytes + (doubles ? this.#directory.length * 8 : 0))) return false
    for (const page of group.pages) this.#empty(page)
    if (group.pages.length < GROUP_PAGES) {
      group.pages.push(new Page(this.#pageSlots, group, this.columns))
      this.#assign(group)
      return true
    }
    if (doubles) this.#double()
    const pages = [...group.pages, new Page(this.#pageSlots, group, this.columns)]
    for (const half of [0, 1]) {
      const split = new Group(group.prefix * 2 + half, group.depth + 1)
      split.pages = pages.slice(half * 2, half * 2 + 2)
      for (const page of split.pages) page.group = split
      this.#assign(split)
    }
    return true
  }

  #double(): void {
    this.#depth++
    this.#directory = this.#directory.flatMap((page) => [page, page])
    this.#scale *= 2
  }

  /** Points the directory at the group's pages, each an even share of the group's part of it. */
  #assign(group: Group): void {
    const span = SPAN * 2 ** (this.#depth - group.depth)
    const share = span / group.pages.length
    group.pages.forEach((page, at) => {
      const from = group.prefix * span + at * share
      this.#directory.fill(page, from, from + share)
    })
  }

  #scatter(kept: number): void {
    const scratch = this.#scratch()
    const { columns } = this
    for (let at = 0; at < kept; at++) {
      const high = scratch.words[at << 1] as number
      const low = scratch.words[(at << 1) | 1] as number
      const page = this.#directory[((high >>> 0) * this.#scale) | 0] as Page
      const { words, mask } = page
      let slot = low & mask
      while (words[slot << 2] !== 0 || words[(slot << 2) | 1] !== 0) slot = (slot + 1) & mask
      words[slot << 2] = high
      words[(slot << 2) | 1] = low
      page.times[(slot << 1) | 1] = scratch.times[at] as number
      for (let column = 0; column < columns; column++) {
        page.more[slot * columns + column] = scratch.more[at * columns + column] as number
      }
      page.count++
      this.#held++
    }
  }

  #empty(page: Page): void {
    page.words.fill(0)
    this.#held -= page.count
    page.count = 0
  }

  #take(bytes: number): boolean {
    if (!this.#budget.take(bytes, this.#bytes)) return false
    this.#bytes += bytes
    return true
  }
}
