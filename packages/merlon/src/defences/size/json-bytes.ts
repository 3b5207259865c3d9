// What the next byte of a JSON text may be. Up to AFTER_ALL: between tokens, where white space may come.
export const VALUE = 0
export const FIRST_VALUE = 1
export const KEY = 2
export const FIRST_KEY = 3
export const COLON = 4
export const AFTER = 5
export const AFTER_ALL = 6
// Inside a string.
export const STRING = 7
export const ESCAPE = 8
export const HEX = 9
export const CHARACTER = 10
// Elsewhere.
export const WORD = 11
export const START = 12
export const MARK = 13
export const STOPPED = 14
/** The byte may not stand here. */
export const FAILED = -1
// Inside a number; the even ones may be its end.
export const MINUS = 21
export const ZERO = 22
export const POINT = 23
export const WHOLE = 24
export const E = 25
export const FRACTION = 26
export const SIGN = 27
export const EXPONENT = 28

/** 0 for the bytes of a string that need no second look. */
export const SPECIAL = new Uint8Array(256).map((_, byte) =>
  byte < 0x20 || byte >= 0x80 || byte === 0x22 || byte === 0x5c ? 1 : 0,
)

/** 1 for what may follow a backslash, `u` apart. */
export const ESCAPABLE = new Uint8Array(256)
for (const char of '"\\/bfnrt') ESCAPABLE[char.charCodeAt(0)] = 1

export function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
}

/** The state that a byte leads to inside a number; FAILED where it does not belong to the number. */
export function inNumber(state: number, byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) {
    switch (state) {
      case MINUS:
        return byte === 0x30 ? ZERO : WHOLE
      case ZERO:
        return FAILED
      case POINT:
        return FRACTION
      case E:
      case SIGN:
        return EXPONENT
      default:
        return state
    }
  }
  if (byte === 0x2e) return state === ZERO || state === WHOLE ? POINT : FAILED
  if (byte === 0x65 || byte === 0x45) return state === ZERO || state === WHOLE || state === FRACTION ? E : FAILED
  if (byte === 0x2b || byte === 0x2d) return state === E ? SIGN : FAILED
  return FAILED
}

/** Four bytes at a time, for a look through long strings. */
export interface Words {
  readonly list: Int32Array
  /** Where in the chunk the first word begins. */
  readonly shift: number
}

/** A chunk's bytes as words; its first and last few may stand outside of them. */
export function wordsOf(chunk: Uint8Array): Words {
  const shift = -chunk.byteOffset & 3
  const count = chunk.length > shift ? (chunk.length - shift) >> 2 : 0
  return { list: new Int32Array(chunk.buffer, count === 0 ? 0 : chunk.byteOffset + shift, count), shift }
}

/** Strings shorter than this are looked through byte by byte. */
const NEAR = 12

/** The first byte from `from` on that is special in a string; or the chunk's end, or a place not far behind `from`. */
export function skipNear(chunk: Uint8Array, from: number): number {
  const near = Math.min(chunk.length, from + NEAR)
  let at = from
  while (at < near && SPECIAL[chunk[at] as number] === 0) at++
  return at
}

/** The first byte from `from` on that is special in a string, or the chunk's end. */
export function skipFar(chunk: Uint8Array, words: Words, from: number): number {
  const { length } = chunk
  const { list, shift } = words
  let at = from
  while (at < length && ((at - shift) & 3) !== 0) {
    if (SPECIAL[chunk[at] as number] === 1) return at
    at++
  }
  if (at === length) return at
  let word = (at - shift) >> 2
  for (; word < list.length; word++) {
    const four = list[word] as number
    // A byte's high bit is set in the sum where the byte is above 0x7f, below 0x20, a quote or a backslash.
    const quote = (four ^ 0x22222222) - 0x01010101
    const slash = (four ^ 0x5c5c5c5c) - 0x01010101
    if (((four | (four - 0x20202020) | quote | slash) & 0x80808080) !== 0) break
  }
  at = (word << 2) + shift
  while (at < length && SPECIAL[chunk[at] as number] === 0) at++
  return at
}
