/** Longest key, in bytes, that is worth remembering; the memo holds no more than SLOTS of them. */
const MEMO_LENGTH = 32
const SLOTS = 256
const memo: string[] = new Array(SLOTS).fill('')

/** Replaces what is not UTF-8, as `Request.json()` does; where that is refused, the scan has refused it before. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * A key's text from its bytes. APIs see the same few keys again and again, so short ones are remembered and found
 * without making a string. Only ASCII is remembered: a byte above it never equals a remembered character.
 */
export function keyText(bytes: Uint8Array, from: number, to: number): string {
  const length = to - from
  if (length === 0) return ''
  if (length > MEMO_LENGTH) return utf8.decode(bytes.subarray(from, to))
  const mixed = length + (bytes[from] as number) * 31 + (bytes[from + (length >> 1)] as number) * 7
  const slot = (mixed + (bytes[to - 1] as number) * 131) & (SLOTS - 1)
  const known = memo[slot] as string
  if (known.length === length) {
    let at = 0
    while (at < length && known.charCodeAt(at) === bytes[from + at]) at++
    if (at === length) return known
  }
  const text = utf8.decode(bytes.subarray(from, to))
  if (isAscii(text, length)) memo[slot] = text
  return text
}

function isAscii(text: string, bytes: number): boolean {
  // Every other character takes more bytes in UTF-8 than it has UTF-16 units; a stray byte becomes U+FFFD.
  return text.length === bytes && !text.includes('\ufffd')
}

const EMPTY = new Uint8Array(0)

/** One key after another, whole or cut by chunks anywhere. */
export class KeyReader {
  /** Whether a key is being read. */
  active = false
  /** Whether it holds an escape. */
  escaped = false
  private from = 0
  /** One growing array: a client that sends its bytes one by one must not make an object of each. */
  private held = EMPTY
  private length = 0

  open(from: number): void {
    this.active = true
    this.escaped = false
    this.from = from
  }

  /** Keeps what the chunk has of an open key; the key goes on where the next chunk begins. */
  cut(chunk: Uint8Array): void {
    this.hold(chunk, chunk.length)
    this.from = 0
  }

  /** The key's text, unescaped: `"a"` and `"\u0061"` are one. Its bytes end before `to`. */
  close(chunk: Uint8Array, to: number): string {
    this.active = false
    if (this.length === 0 && !this.escaped) return keyText(chunk, this.from, to)
    this.hold(chunk, to)
    const { held, length, escaped } = this
    this.length = 0
    return escaped ? JSON.parse(`"${utf8.decode(held.subarray(0, length))}"`) : keyText(held, 0, length)
  }

  private hold(chunk: Uint8Array, to: number): void {
    const length = this.length + to - this.from
    if (length > this.held.length) {
      const grown = new Uint8Array(Math.max(64, length, this.held.length * 2))
      grown.set(this.held)
      this.held = grown
    }
    this.held.set(chunk.subarray(this.from, to), this.length)
    this.length = length
  }
}
