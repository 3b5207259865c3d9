import type { Subject } from '../../contract/counters.ts'

/** Where a hash is written: two signed 32-bit integers, as the table compares them. */
export interface Hashed {
  high: number
  low: number
}

let key: readonly [number, number] | undefined

/**
 * The first and the last 32 bits of a UUID, which are random (RFC 9562 §5.4). Ids of requests are drawn so anyway; for
 * `getRandomValues` node would load the greater part of Web Crypto, at the first request.
 */
function drawKey(): [number, number] {
  const id = crypto.randomUUID()
  return [Number.parseInt(id.slice(0, 8), 16) | 0, Number.parseInt(id.slice(-8), 16) | 0]
}

/**
 * Works out the hash that a subject is found by. It is keyed with 64 random bits of this process, drawn at the first
 * need, so nobody outside can choose subjects that fall together. The table knows a subject by these 64 bits alone:
 * of ten million subjects, two are taken for one with a chance of one in 370,000.
 */
export function hashSubject(subject: Subject): void {
  key ??= drawKey()
  halfSipHash(subject.key, key[0], key[1], subject)
  // Zeros mark an empty slot, and a subject whose hash is not known yet.
  if (subject.high === 0 && subject.low === 0) subject.low = 1
}

/** Told apart by the key, so that no text of wide characters is taken for one of their bytes. */
const WIDE = 0x1000000

/**
 * HalfSipHash-2-4 with 64 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input PRF", and its 32-bit
 * sibling in the reference code): of the text's bytes where each character is one (Latin-1), as in nearly all subjects;
 * else, under another key, of its UTF-16 units in little-endian order.
 */
export function halfSipHash(text: string, k0: number, k1: number, into: Hashed): void {
  if (!hashBytes(text, k0, k1, into)) hashUnits(text, k0, k1 ^ WIDE, into)
}

/** Four characters a block; false where one of them is no byte, and then what was written means nothing. */
function hashBytes(text: string, k0: number, k1: number, into: Hashed): boolean {
  const { length } = text
  const blocks = length >> 2
  let seen = 0
  let last = length << 24
  for (let at = blocks << 2, shift = 0; at < length; at++, shift += 8) {
    const unit = text.charCodeAt(at)
    seen |= unit
    last |= unit << shift
  }
  let v0 = k0
  let v1 = k1 ^ 0xee
  let v2 = k0 ^ 0x6c796765
  let v3 = k1 ^ 0x74656462
  // Two rounds a turn: the text's blocks, its last one, and two turns for each half of the output.
  for (let turn = 0; turn < blocks + 5; turn++) {
    let block = 0
    if (turn < blocks) {
      const at = turn << 2
      const [a, b] = [text.charCodeAt(at), text.charCodeAt(at + 1)]
      const [c, d] = [text.charCodeAt(at + 2), text.charCodeAt(at + 3)]
      seen |= a | b | c | d
      block = a | (b << 8) | (c << 16) | (d << 24)
    } else if (turn === blocks) {
      if (seen > 0xff) return false
      block = last
    } else if (turn === blocks + 1) v2 ^= 0xee
    else if (turn === blocks + 3) {
      into.low = v1 ^ v3
      v1 ^= 0xdd
    }
    v3 ^= block
    // Both rounds are written out: a loop of two takes a third longer.
    v0 = (v0 + v1) | 0
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
    v0 = (v0 << 16) | (v0 >>> 16)
    v2 = (v2 + v3) | 0
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
    v0 = (v0 + v3) | 0
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
    v2 = (v2 + v1) | 0
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
    v2 = (v2 << 16) | (v2 >>> 16)
    v0 = (v0 + v1) | 0
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
    v0 = (v0 << 16) | (v0 >>> 16)
    v2 = (v2 + v3) | 0
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
    v0 = (v0 + v3) | 0
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
    v2 = (v2 + v1) | 0
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
    v2 = (v2 << 16) | (v2 >>> 16)
    v0 ^= block
  }
  into.high = v1 ^ v3
  return true
}

function hashUnits(text: string, k0: number, k1: number, into: Hashed): void {
  let units = ''
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    units += String.fromCharCode(unit & 0xff, unit >> 8)
  }
  hashBytes(units, k0, k1, into)
}
