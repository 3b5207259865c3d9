import { type Document, DocumentBuilder } from './document.ts'
import type { Position, Spot } from './origin.ts'
import { MAX_DEPTH } from './plain.ts'

/**
 * Reads JSON (RFC 8259) and remembers where everything stands, which JSON.parse does not. Accepts what JSON.parse
 * accepts, and refuses duplicate keys: RFC 8259 §4 lets readers differ on them, so two hosts could enforce two policies.
 */
export function parseJson(text: string, file: string): Document {
  const reader = new Reader(text, new DocumentBuilder(text, file))
  return reader.read()
}

/** Thrown to leave the reader at the first fault of syntax, and caught in this file. */
class Fault extends Error {
  constructor(
    readonly offset: number,
    readonly expected: string,
  ) {
    super(expected)
  }
}

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside of text
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y
const WORD = /true|false|null/y

interface Read {
  readonly value: unknown
  readonly spot: Spot
}

class Reader {
  private at = 0

  constructor(
    private readonly text: string,
    private readonly builder: DocumentBuilder,
  ) {}

  read(): Document {
    try {
      this.skip()
      const root = this.value([], undefined)
      this.skip()
      if (this.at < this.text.length) throw new Fault(this.at, 'the end of the file after the policy')
      return this.builder.finish(root.value, root.spot)
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault
      this.builder.syntax(fault.offset, fault.expected)
      return this.builder.finish(undefined, { value: { line: 1, column: 1 } })
    }
  }

  private value(path: readonly (string | number)[], key: Position | undefined): Read {
    const value = this.builder.position(this.at)
    const spot = key === undefined ? { value } : { value, key }
    const char = this.text[this.at]
    if (char === '{' || char === '[') {
      if (path.length > MAX_DEPTH) throw new Fault(this.at, `at most ${MAX_DEPTH} levels, one inside the other`)
      return char === '{' ? this.object(path, spot) : this.list(path, spot)
    }
    if (char === '"') return { value: this.string(), spot }
    const word = this.take(WORD)
    if (word !== undefined) return { value: word === 'null' ? null : word === 'true', spot }
    const number = this.take(NUMBER)
    if (number !== undefined) return { value: Number(number), spot }
    throw new Fault(this.at, this.at < this.text.length ? 'a JSON value' : 'more: the file ends too early')
  }

  private object(path: readonly (string | number)[], spot: Spot): Read {
    const value: Record<string, unknown> = {}
    const inside = new Map<string, Spot>()
    this.at++
    this.skip()
    if (this.text[this.at] === '}') {
      this.at++
      return { value, spot }
    }
    for (;;) {
      const start = this.at
      if (this.text[start] !== '"') throw new Fault(start, 'a key in double quotes')
      const key = this.string()
      this.skip()
      if (this.text[this.at] !== ':') throw new Fault(this.at, '":" after the key')
      this.at++
      this.skip()
      const first = inside.get(key)
      const inner = this.value([...path, key], this.builder.position(start))
      if (first !== undefined) this.builder.duplicate([...path, key], start, first)
      else inside.set(key, inner.spot)
      put(value, key, inner.value)
      if (this.closes('}')) return { value, spot: { ...spot, inside } }
    }
  }

  private list(path: readonly (string | number)[], spot: Spot): Read {
    const value: unknown[] = []
    const inside = new Map<number, Spot>()
    this.at++
    this.skip()
    if (this.text[this.at] === ']') {
      this.at++
      return { value, spot }
    }
    for (;;) {
      const inner = this.value([...path, value.length], undefined)
      inside.set(value.length, inner.spot)
      value.push(inner.value)
      if (this.closes(']')) return { value, spot: { ...spot, inside } }
    }
  }

  /** Goes past the comma to what comes next, or past the closing bracket, which it says. */
  private closes(bracket: string): boolean {
    this.skip()
    const char = this.text[this.at]
    if (char !== ',' && char !== bracket) throw new Fault(this.at, `"," or "${bracket}"`)
    this.at++
    this.skip()
    if (char === ',' && this.text[this.at] === bracket) throw new Fault(this.at, 'another entry after the comma')
    return char === bracket
  }

  private string(): string {
    const text = this.take(STRING)
    if (text === undefined) throw new Fault(this.at, 'a text in double quotes, on one line, with JSON escapes')
    return JSON.parse(text) as string
  }

  private skip(): void {
    this.take(SPACE)
    if (this.text.startsWith('//', this.at) || this.text.startsWith('/*', this.at)) {
      throw new Fault(this.at, 'no comments: JSON has none, YAML has')
    }
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const match = pattern.exec(this.text)
    if (match === null) return undefined
    this.at = pattern.lastIndex
    return match[0]
  }
}

/** Sets an own property whatever its name: plain assignment of `__proto__` would change the object's prototype. */
export function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true })
  else target[key] = value
}
