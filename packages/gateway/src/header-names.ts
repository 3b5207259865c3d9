import { hopByHop } from './hop-by-hop.ts'

/** What becomes of a header of the upstream's answer. */
export type AnswerFate = 'pass' | 'drop' | 'connection' | 'transfer-encoding' | 'content-length'

export interface AnswerName {
  readonly bytes: Buffer
  readonly text: string
  readonly fate: AnswerFate
}

/** A service's answers bear the same few names. What two of them have in common here is looked at anew each time. */
const PLACES = 256
const MAX_KEPT = 60
const places: (AnswerName | undefined)[] = new Array(PLACES).fill(undefined)

/** Reads a header's name as it came, and judges it; both once for each that is seen often. */
export function readAnswerName(bytes: Buffer): AnswerName {
  const { length } = bytes
  const place = (length * 37 + (bytes[0] ?? 0) * 5 + (bytes[length - 1] ?? 0)) & (PLACES - 1)
  const known = places[place]
  if (known !== undefined && isSame(known.bytes, bytes)) return known
  const text = bytes.toString('latin1')
  const fate = fateOf(text.toLowerCase())
  // A copy is kept: these bytes are a part of all that came with them.
  const name = { bytes: Buffer.from(bytes), text, fate }
  if (length <= MAX_KEPT) places[place] = name
  return name
}

function isSame(one: Buffer, other: Buffer): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}

function fateOf(lower: string): AnswerFate {
  if (lower === 'connection' || lower === 'transfer-encoding' || lower === 'content-length') return lower
  // The one would invite clients to where the upstream itself listens, past the guard. The other says nothing in an
  // answer, and node sends the head at once when it meets it.
  if (lower === 'alt-svc' || lower === 'expect') return 'drop'
  return hopByHop.has(lower) ? 'drop' : 'pass'
}
