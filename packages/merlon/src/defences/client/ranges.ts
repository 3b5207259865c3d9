import { addressText, firstOf, lastOf, readAddress, type Words } from './address.ts'

/** A network, or a single address as the smallest of them. */
export interface Range {
  readonly words: Words
  /** Length of the prefix, in bits of its own family. */
  readonly bits: number
}

const BITS = /^(?:0|[1-9]\d{0,2})$/

/** Mapped IPv4 inside IPv6 begins after this many bits. */
const MAPPED_BITS = 96

/**
 * `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`. Mapped IPv4 ranges count as IPv4. Text whose address is not the
 * network's own (`10.0.0.5/8`) is no range: one of its two halves is a slip, and which one is not for us to say.
 */
export function readRange(text: string): Range | undefined {
  const range = readLooseRange(text)
  return range && sameWords(range.words, firstOf(range.words, range.bits)) ? range : undefined
}

/** What a range with host bits was probably meant to be; undefined where the text is no range at all. */
export function meantRange(text: string): string | undefined {
  const range = readLooseRange(text)
  if (!range) return undefined
  const network = addressText(firstOf(range.words, range.bits))
  return `the network's own address, "${network}/${range.bits}", or a single one, "${addressText(range.words)}"`
}

function readLooseRange(text: string): Range | undefined {
  // A zone would be dropped, and the range then say less than what was written.
  if (text.includes('%')) return undefined
  const slash = text.indexOf('/')
  const address = slash < 0 ? text : text.slice(0, slash)
  const words = readAddress(address)
  if (!words) return undefined
  const widest = words.length * 32
  if (slash < 0) return { words, bits: widest }
  const suffix = text.slice(slash + 1)
  if (!BITS.test(suffix)) return undefined
  const bits = Number(suffix) - (words.length === 1 && address.includes(':') ? MAPPED_BITS : 0)
  return bits >= 0 && bits <= widest ? { words, bits } : undefined
}

/** Many ranges, compiled into something that decides by binary search. IPv4 is never matched by IPv6 ranges. */
export class Ranges {
  readonly #ipv4: Blocks
  readonly #ipv6: Blocks
  readonly isEmpty: boolean

  constructor(ranges: readonly Range[]) {
    this.#ipv4 = new Blocks(
      ranges.filter((range) => range.words.length === 1),
      1,
    )
    this.#ipv6 = new Blocks(
      ranges.filter((range) => range.words.length === 4),
      4,
    )
    this.isEmpty = ranges.length === 0
  }

  has(words: Words): boolean {
    return words.length === 1 ? this.#ipv4.has(words) : this.#ipv6.has(words)
  }

  /** Whether some address lies in both. */
  meets(range: Range): boolean {
    return this.has(range.words) || this.#blocksOf(range).startsWithin(range)
  }

  /** Whether every address of the range lies in one of these. */
  covers(range: Range): boolean {
    return this.#blocksOf(range).covers(range)
  }

  #blocksOf(range: Range): Blocks {
    return range.words.length === 1 ? this.#ipv4 : this.#ipv6
  }
}

/**
 * Sorted ranges of one family. Two networks either nest or are apart, so those that lie in an earlier one are dropped
 * and the rest never overlap.
 */
class Blocks {
  /** First and last addresses, `stride` words each. */
  readonly #firsts: Uint32Array
  readonly #lasts: Uint32Array
  readonly #stride: number

  constructor(ranges: readonly Range[], stride: number) {
    const sorted = [...ranges].sort((a, b) => compareWords(a.words, b.words) || a.bits - b.bits)
    const kept: Range[] = []
    for (const range of sorted) {
      const before = kept.at(-1)
      if (!before || compareWords(range.words, lastOf(before.words, before.bits)) > 0) kept.push(range)
    }
    this.#firsts = Uint32Array.from(kept.flatMap((range) => firstOf(range.words, range.bits)))
    this.#lasts = Uint32Array.from(kept.flatMap((range) => lastOf(range.words, range.bits)))
    this.#stride = stride
  }

  has(words: Words): boolean {
    const at = this.#lastStartingBy(words)
    return at >= 0 && this.#compare(this.#lasts, at, words) >= 0
  }

  startsWithin(range: Range): boolean {
    const last = lastOf(range.words, range.bits)
    const at = this.#lastStartingBy(last)
    return at >= 0 && this.#compare(this.#firsts, at, range.words) >= 0
  }

  covers(range: Range): boolean {
    const last = lastOf(range.words, range.bits)
    const at = this.#lastStartingBy(range.words)
    return at >= 0 && this.#compare(this.#lasts, at, last) >= 0
  }

  /** The index of the last block that begins at the address or before it; -1 where none does. */
  #lastStartingBy(words: Words): number {
    let low = 0
    let high = this.#firsts.length / this.#stride
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#compare(this.#firsts, middle, words) <= 0) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  #compare(table: Uint32Array, at: number, words: Words): number {
    const from = at * this.#stride
    for (let index = 0; index < this.#stride; index++) {
      const difference = (table[from + index] ?? 0) - (words[index] ?? 0)
      if (difference !== 0) return difference
    }
    return 0
  }
}

function compareWords(a: Words, b: Words): number {
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function sameWords(a: Words, b: Words): boolean {
  return compareWords(a, b) === 0
}
