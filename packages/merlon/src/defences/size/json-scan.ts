import {
  AFTER,
  AFTER_ALL,
  CHARACTER,
  COLON,
  ESCAPABLE,
  ESCAPE,
  EXPONENT,
  FAILED,
  FIRST_KEY,
  FIRST_VALUE,
  FRACTION,
  HEX,
  inNumber,
  isHex,
  KEY,
  MARK,
  MINUS,
  SPECIAL,
  START,
  STOPPED,
  STRING,
  skipFar,
  skipNear,
  VALUE,
  WHOLE,
  WORD,
  type Words,
  wordsOf,
  ZERO,
} from './json-bytes.ts'
import { type KeyFault, type KeyRules, OpenKeys } from './json-keys.ts'
import { KeyReader } from './key-text.ts'
import { Utf8Run } from './utf8-run.ts'

export interface JsonBounds extends KeyRules {
  readonly maxDepth: number
  readonly maxKeys: number
  /** Whether what is not UTF-8 is a fault; otherwise it is read on, as decoders that replace it do. */
  readonly strictUtf8: boolean
}

export type JsonFault = KeyFault | 'syntax' | 'utf8' | 'depth' | 'keys'

/**
 * Reads JSON while it arrives, in chunks cut anywhere, and sees every key that `JSON.parse` would see. It takes exactly
 * the texts that `JSON.parse` takes after UTF-8 decoding (one leading byte order mark is skipped), and so never goes
 * astray in a text that a parser reads on. Holds the keys of the objects that are open, and nothing else of the text.
 */
export class JsonScan {
  private readonly bounds: JsonBounds
  private readonly open: OpenKeys
  private state = START
  private keys = 0
  private fault: JsonFault = 'syntax'
  private readonly key = new KeyReader()
  private readonly utf8 = new Utf8Run()
  /** How many digits, letters or bytes of the mark are still to come. */
  private left = 0
  private word = ''

  constructor(bounds: JsonBounds) {
    this.bounds = bounds
    this.open = new OpenKeys(bounds)
  }

  /** Takes the next bytes; the first fault ends the scan. */
  push(chunk: Uint8Array): JsonFault | undefined {
    const { length } = chunk
    let words: Words | undefined
    const { key } = this
    let { state } = this
    let at = 0
    while (at < length) {
      if (state === STRING) {
        at = skipNear(chunk, at)
        if (at === length) break
        let byte = chunk[at] as number
        if (SPECIAL[byte] === 0) {
          words ??= wordsOf(chunk)
          at = skipFar(chunk, words, at)
          if (at === length) break
          byte = chunk[at] as number
        }
        if (byte >= 0x80) {
          state = CHARACTER
          continue
        }
        if (byte === 0x22) {
          if (!key.active) state = this.afterValue()
          else if (this.closeKey(chunk, at)) state = COLON
          else return this.fail(this.fault)
        } else if (byte === 0x5c) {
          key.escaped = true
          if (at + 1 < length && ESCAPABLE[chunk[at + 1] as number] === 1) at++
          else state = ESCAPE
        } else return this.fail('syntax')
        at++
        continue
      }
      if (state === CHARACTER) {
        at = this.bounds.strictUtf8 ? this.utf8.skip(chunk, at) : at + 1
        if (at < 0) return this.fail('utf8')
        if (this.utf8.left === 0) state = STRING
        continue
      }
      const byte = chunk[at] as number
      if (state >= MINUS) {
        const next = inNumber(state, byte)
        if (next < 0) {
          if (state % 2 === 1) return this.fail('syntax')
          state = this.afterValue()
          continue
        }
        state = next
        at++
        if (state === WHOLE || state === FRACTION || state === EXPONENT)
          while (at < length && ((chunk[at] as number) ^ 0x30) < 10) at++
        continue
      }
      if (state === AFTER && byte === 0x2c) state = this.open.inObject ? KEY : VALUE
      else if (state > AFTER_ALL) {
        if (state === STOPPED) return undefined
        state = this.rare(state, byte)
      } else if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) {
        state = this.between(state, byte, at)
      }
      if (state < 0) return this.fail(this.fault)
      at++
    }
    this.state = state
    if (key.active) key.cut(chunk)
    return undefined
  }

  /** The text is complete. One without a byte is no text, and fine. */
  end(): JsonFault | undefined {
    const { state } = this
    if (state === STOPPED || state === START || state === AFTER_ALL) return undefined
    if (state >= MINUS && state % 2 === 0 && this.open.depth === 0) return undefined
    return this.fail('syntax')
  }

  private fail(fault: JsonFault): JsonFault {
    this.state = STOPPED
    this.fault = fault
    return fault
  }

  /** Between tokens: the state that a byte leads to, or FAILED. */
  private between(state: number, byte: number, at: number): number {
    switch (state) {
      case VALUE:
        return this.value(byte)
      case FIRST_VALUE:
        return byte === 0x5d ? this.close() : this.value(byte)
      case FIRST_KEY:
        return byte === 0x7d ? this.close() : this.openKey(byte, at)
      case KEY:
        return this.openKey(byte, at)
      case COLON:
        return byte === 0x3a ? VALUE : this.wrong('syntax')
      case AFTER:
        if (byte === 0x2c) return this.open.inObject ? KEY : VALUE
        return byte === (this.open.inObject ? 0x7d : 0x5d) ? this.close() : this.wrong('syntax')
      default:
        return this.wrong('syntax')
    }
  }

  private wrong(fault: JsonFault): number {
    this.fault = fault
    return FAILED
  }

  private openKey(byte: number, at: number): number {
    if (byte !== 0x22) return this.wrong('syntax')
    if (++this.keys > this.bounds.maxKeys) return this.wrong('keys')
    this.key.open(at + 1)
    return STRING
  }

  private value(byte: number): number {
    if (byte === 0x22) return STRING
    if (byte === 0x7b || byte === 0x5b) {
      if (this.open.depth === this.bounds.maxDepth) return this.wrong('depth')
      this.open.open(byte === 0x7b)
      return byte === 0x7b ? FIRST_KEY : FIRST_VALUE
    }
    if (byte > 0x30 && byte <= 0x39) return WHOLE
    if (byte === 0x30) return ZERO
    if (byte === 0x2d) return MINUS
    this.word = byte === 0x74 ? 'true' : byte === 0x66 ? 'false' : byte === 0x6e ? 'null' : ''
    this.left = this.word.length - 1
    return this.word === '' ? this.wrong('syntax') : WORD
  }

  private close(): number {
    this.open.close()
    return this.afterValue()
  }

  private afterValue(): number {
    return this.open.depth === 0 ? AFTER_ALL : AFTER
  }

  private closeKey(chunk: Uint8Array, at: number): boolean {
    const fault = this.open.add(this.key.close(chunk, at))
    if (fault !== undefined) this.fault = fault
    return fault === undefined
  }

  /** Where bytes are few: the state that one leads to, or FAILED. */
  private rare(state: number, byte: number): number {
    switch (state) {
      case ESCAPE:
        this.left = 4
        if (byte === 0x75) return HEX
        return ESCAPABLE[byte] === 1 ? STRING : this.wrong('syntax')
      case HEX:
        return isHex(byte) ? this.count(HEX, STRING) : this.wrong('syntax')
      case WORD: {
        const expected = this.word.charCodeAt(this.word.length - this.left)
        return byte === expected ? this.count(WORD, this.afterValue()) : this.wrong('syntax')
      }
      case START:
        // A byte order mark is EF BB BF; any other byte begins the text.
        this.left = 2
        if (byte === 0xef) return MARK
        return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 ? VALUE : this.value(byte)
      default:
        return byte === (this.left === 2 ? 0xbb : 0xbf) ? this.count(MARK, VALUE) : this.wrong('syntax')
    }
  }

  private count(state: number, next: number): number {
    this.left--
    return this.left > 0 ? state : next
  }
}
