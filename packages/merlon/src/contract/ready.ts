import type { ReadyHeader } from './defence.ts'

/** Names of which a server makes more than a line of the head. */
const FRAMING = [
  'connection',
  'content-length',
  'date',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** What must not stand in a value (RFC 9110 §5.5). */
const INVALID = /[^\t\x20-\x7e\x80-\xff]/

/** Names of headers in lower case, to find in lists of names in any case. */
export class Names {
  readonly #names: ReadonlySet<string>
  /** A bit for each length that a name has, modulo 32: most names need no other look. */
  readonly #lengths: number

  constructor(names: readonly string[]) {
    this.#names = new Set(names)
    let lengths = 0
    for (const { length } of names) lengths |= 1 << (length & 31)
    this.#lengths = lengths
  }

  /** The name is lower case. */
  has(lower: string): boolean {
    return this.#names.has(lower)
  }

  /** Whether one stands in the flat list, from there on. */
  meet(list: readonly string[], from = 0): boolean {
    const lengths = this.#lengths
    for (let at = from; at < list.length; at += 2) {
      const name = list[at] as string
      if ((lengths & (1 << (name.length & 31))) !== 0 && this.#names.has(name.toLowerCase())) return true
    }
    return false
  }
}

const framing = new Names(FRAMING)

interface Line {
  readonly value: string
  readonly text: string
}

/** The last line of each name. Most headers of a guard say the same on answer after answer. */
const known = new Map<string, Line>()

/** Names are the policy's, so there are few; should there be more, they are written anew each time. */
const MOST_KNOWN = 256

/**
 * The headers of a flat list as lines of a head, from there on; undefined where that is not for us to write: they frame
 * the message, or hold what must not be sent.
 */
export function linesOf(list: readonly string[], from = 0): string | undefined {
  let lines = ''
  for (let at = from; at < list.length; at += 2) {
    const name = list[at] as string
    const value = list[at + 1] as string
    const line = known.get(name)
    if (line !== undefined && line.value === value) {
      lines += line.text
      continue
    }
    if (framing.has(name.toLowerCase()) || INVALID.test(value)) return undefined
    const text = `${name}: ${value}\r\n`
    lines += text
    if (line !== undefined || known.size < MOST_KNOWN) known.set(name, { value, text })
  }
  return lines
}

/** Headers whose values are known at the start, in the forms in which they may be needed. */
export class Ready {
  readonly headers: readonly ReadyHeader[]
  readonly list: readonly string[]
  readonly names: Names
  /** Their lines in a head; undefined where only a server can write them. */
  readonly lines: string | undefined
  readonly #sets: boolean

  /** @param headers no name twice */
  constructor(headers: readonly ReadyHeader[]) {
    this.headers = headers
    this.list = headers.flatMap(({ name, value }) => [name, value])
    this.names = new Names(headers.map(({ lower }) => lower))
    this.lines = linesOf(this.list)
    this.#sets = headers.some(({ mode }) => mode === 'set')
  }

  /** Whether one of them has to look at what is there already. */
  meets(list: readonly string[]): boolean {
    return this.#sets || this.names.meet(list)
  }
}
