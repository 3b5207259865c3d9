import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JsonBounds, type JsonFault, JsonScan } from './json-scan.ts'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
console.info(`seed ${seed}`)

const endless: JsonBounds = {
  maxDepth: Number.MAX_SAFE_INTEGER,
  maxKeys: Number.MAX_SAFE_INTEGER,
  duplicates: true,
  prototypes: true,
  strictUtf8: true,
}

const encode = (text: string) => new TextEncoder().encode(text)

/** Scans the bytes in pieces of these lengths, again and again. */
function scan(input: string | Uint8Array, bounds: Partial<JsonBounds> = {}, pieces: readonly number[] = [1 << 16]) {
  const bytes = typeof input === 'string' ? encode(input) : input
  const scanner = new JsonScan({ ...endless, ...bounds })
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = pieces[turn % pieces.length] ?? 1
    // Each piece has a buffer of its own, at an odd place in it, as sockets give them.
    const piece = new Uint8Array(length + 1).subarray(1)
    piece.set(bytes.subarray(at, at + length))
    const fault = scanner.push(piece.subarray(0, Math.min(length, bytes.length - at)))
    if (fault) return fault
    at += length
  }
  return scanner.end()
}

/** What a scan should say of a text that JSON.parse takes, found another way: on its tokens, whole. */
function oracle(text: string, bounds: JsonBounds): JsonFault | undefined {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? []
  const open: { keys: string[] | undefined; ofConstructor: boolean }[] = []
  let keys = 0
  for (const [at, token] of tokens.entries()) {
    const inner = open.at(-1)
    if (token === '{' || token === '[') {
      if (open.length === bounds.maxDepth) return 'depth'
      const before = tokens[at - 1] === ':' ? tokens[at - 2] : undefined
      const ofConstructor = token === '{' && before !== undefined && JSON.parse(before) === 'constructor'
      open.push({ keys: token === '{' ? [] : undefined, ofConstructor })
    } else if (token === '}' || token === ']') open.pop()
    else if (tokens[at + 1] === ':') {
      if (++keys > bounds.maxKeys) return 'keys'
      const key: string = JSON.parse(token)
      if (key === '__proto__' || (key === 'prototype' && inner?.ofConstructor)) return 'prototype'
      if (inner?.keys?.includes(key)) return 'duplicate'
      inner?.keys?.push(key)
    }
  }
  return undefined
}

function parses(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return true
  } catch {
    return false
  }
}

const WORDS = ['a', 'b', '', 'é', '漢', '😀', '\ud800', '"', '\\', '/', '\u0000', '\ufffd', 'k'.repeat(40)]
WORDS.push('__proto__', 'constructor', 'prototype', '__proto_', '_proto__')
const SCALARS = ['true', 'false', 'null', '0', '-0', '1.5', '-12e+7', '1E-2', '10']
const SPACES = ['', '', '', '', ' ', '\n', '\t \r']

/** JSON written by dice: valid, and as strange as valid JSON can be. */
function write(tape: Uint8Array): string {
  let at = 0
  const roll = (sides: number) => (tape[at++] ?? 0) % sides
  const pick = (list: readonly string[]) => list[roll(list.length)] ?? ''
  const string = () => {
    const text = pick(WORDS)
    const style = roll(3)
    if (style === 0) return JSON.stringify(text)
    const units = Array.from({ length: text.length }, (_, unit) => {
      const code = text.charCodeAt(unit)
      if (style === 1 && unit % 2 === 0 && /[a-z_]/.test(text.charAt(unit))) return text.charAt(unit)
      return `\\u${code.toString(16).padStart(4, '0')}`
    })
    return `"${units.join('')}"`
  }
  const value = (depth: number): string => {
    const kind = at < tape.length && depth < 8 ? roll(5) : 4
    const members = Array.from({ length: kind < 4 ? roll(kind === 0 ? 14 : 4) : 0 })
    const before = pick(SPACES)
    const list = members.map(() => {
      const key = kind < 3 ? `${pick(SPACES)}${string()}${pick(SPACES)}:` : ''
      return `${key}${value(depth + 1)}`
    })
    const text = kind < 3 ? `{${list.join()}}` : kind === 3 ? `[${list.join()}]` : roll(2) ? string() : pick(SCALARS)
    return `${before}${text}${pick(SPACES)}`
  }
  return value(0)
}

const json = fc.uint8Array({ maxLength: 120, size: 'max' }).map(write)
const pieces = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })

describe('a scan of JSON', () => {
  test('sees in any text and any chunks what its tokens hold', () => {
    fc.assert(
      fc.property(
        json,
        pieces,
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 12 }),
        (source, cuts, maxDepth, maxKeys) => {
          const bounds = { ...endless, maxDepth, maxKeys }
          expect(scan(source, bounds, cuts)).toBe(oracle(source, bounds))
          expect(scan(source, endless)).toBe(oracle(source, endless))
          expect(scan(source, { duplicates: false, prototypes: false }, cuts)).toBe(undefined)
        },
      ),
      { numRuns: 10_000, seed },
    )
  })

  test('takes exactly the bytes that JSON.parse takes', () => {
    const lenient = { duplicates: false, prototypes: false }
    const mutated = fc
      .tuple(
        json.map(encode),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 2 }), fc.nat(255)), { maxLength: 3 }),
      )
      .map(([bytes, edits]) => {
        const list = [...bytes]
        for (const [where, kind, byte] of edits) {
          const at = where % (list.length + 1)
          if (kind === 0) list.splice(at, 1)
          else list.splice(at, kind === 1 ? 1 : 0, byte)
        }
        return Uint8Array.from(list)
      })
    fc.assert(
      fc.property(mutated, pieces, (bytes, cuts) => {
        const taken = parses(bytes)
        if (bytes.length > 0) expect(scan(bytes, lenient, cuts) === undefined).toBe(taken)
        // Read on past what is not UTF-8, it is a scan of what a replacing decoder gives.
        const replaced = encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
        expect(scan(bytes, { strictUtf8: false }, cuts)).toBe(scan(replaced))
      }),
      { numRuns: 10_000, seed },
    )
  })

  test('survives any bytes', () => {
    const dense = fc
      .uint8Array({ maxLength: 60 })
      .map((bytes) => bytes.map((byte) => '{}[]",:\\u01e.-tn\xf0\xa0 '.charCodeAt(byte % 21)))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), dense), pieces, (bytes, cuts) => {
        const fault = scan(bytes, {}, cuts)
        if (fault === undefined && bytes.length > 0) expect(parses(bytes)).toBe(true)
      }),
      { numRuns: 10_000, seed },
    )
  })

  test('is not fooled by a key that is written in two ways', () => {
    expect(scan('{"a":1,"\\u0061":2}')).toBe('duplicate')
    expect(scan('{"é":1,"\\u00e9":2}')).toBe('duplicate')
    expect(scan('{"😀":1,"\\ud83d\\ude00":2}')).toBe('duplicate')
    expect(scan('{"/":1,"\\/":2}')).toBe('duplicate')
    expect(scan('{"__\\u0070roto__":{}}')).toBe('prototype')
    expect(scan('[[{"x":{"\\u005f_proto__":1}}]]')).toBe('prototype')
  })

  test('does not take equal keys of different objects for duplicates', () => {
    expect(scan('{"a":{"a":{"a":1},"b":2},"b":[{"a":1},{"a":2}]}')).toBe(undefined)
    expect(scan('{"e\u0301":1,"\u00e9":2}')).toBe(undefined)
  })

  test('finds the key that repeats among a thousand', () => {
    const keys = Array.from({ length: 1000 }, (_, at) => `"key-${at}":${at}`)
    expect(scan(`{${keys.join()}}`)).toBe(undefined)
    expect(scan(`{${keys.join()},"key-500":1}`)).toBe('duplicate')
    expect(scan(`{${keys.join()}}`, { maxKeys: 1000 })).toBe(undefined)
    expect(scan(`{${keys.join()}}`, { maxKeys: 999 })).toBe('keys')
  })

  test('knows the other way to a prototype, and only that', () => {
    expect(scan('{"constructor":{"prototype":{"x":1}}}')).toBe('prototype')
    expect(scan('{"constructor":{"a":1,"prototype":{"x":1}}}')).toBe('prototype')
    expect(scan('{"constructor":{"name":{"prototype":1}}}')).toBe(undefined)
    expect(scan('{"constructor":[{"prototype":1}]}')).toBe(undefined)
    expect(scan('{"constructor":1,"prototype":{"constructor":"Ferrari"}}')).toBe(undefined)
    expect(scan('{"text":"__proto__","list":["__proto__"]}')).toBe(undefined)
  })

  test('counts depth as levels that are open', () => {
    expect(scan('[[[]]]', { maxDepth: 3 })).toBe(undefined)
    expect(scan('[[[]]]', { maxDepth: 2 })).toBe('depth')
    expect(scan('[[],[],[{}]]', { maxDepth: 3 })).toBe(undefined)
    expect(scan('1', { maxDepth: 0 })).toBe(undefined)
    expect(scan('['.repeat(100_000), { maxDepth: 32 })).toBe('depth')
  })

  test('skips one byte order mark, as decoders do, and no second one', () => {
    expect(scan('\ufeff{"a":1}', {}, [1])).toBe(undefined)
    expect(scan('\ufeff{"a":1,"a":2}')).toBe('duplicate')
    expect(scan('\ufeff\ufeff{}')).toBe('syntax')
    expect(scan('\ufeff')).toBe('syntax')
    expect(scan(Uint8Array.of(0xef, 0xbb))).toBe('syntax')
  })

  test('refuses what is not UTF-8 wherever it stands', () => {
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80]]) {
      const body = Uint8Array.of(...encode('{"a":"'), ...bytes, ...encode('"}'))
      expect(scan(body, {}, [1])).toBe('utf8')
      expect(scan(body)).toBe('utf8')
    }
    expect(scan(Uint8Array.of(...encode('{"a":"'), 0xe2, 0x82))).toBe('syntax')
    expect(scan(Uint8Array.of(0xfe, 0xff, 0, 0x7b, 0, 0x7d))).toBe('syntax')
  })

  test('takes a body of no bytes for no text, and white space for a broken one', () => {
    expect(scan('')).toBe(undefined)
    expect(scan(' \n')).toBe('syntax')
  })

  test('holds a key of any length that comes byte by byte', () => {
    const long = 'k'.repeat(20_000)
    expect(scan(`{"${long}":1,"${long}":2}`, {}, [1])).toBe('duplicate')
    expect(scan(`{"${long}":1,"${long}k":2}`, {}, [1])).toBe(undefined)
  })

  test('no body of a hundred kilobytes takes it long, however it is made and cut', () => {
    const fill = (part: (at: number) => string) => {
      let text = ''
      for (let at = 0; text.length < 100_000; at++) text += part(at)
      return text
    }
    const bodies = [
      '['.repeat(100_000),
      '{"":'.repeat(25_000),
      `{${fill((at) => `"k${at}":0,`)}"z":0}`,
      `{${fill((at) => `"\\u006b${at}":0,`)}"z":0}`,
      `["${'\\"'.repeat(50_000)}"]`,
      `["${'漢'.repeat(33_000)}"]`,
      `{"${'k'.repeat(100_000)}":1}`,
      `[${fill((at) => `${at}.5e1,`)}0]`,
    ]
    for (const body of bodies) {
      const bytes = encode(body)
      const scanner = new JsonScan(endless)
      const start = performance.now()
      for (let at = 0; at < bytes.length; at++) scanner.push(bytes.subarray(at, at + 1))
      scan(bytes)
      expect(performance.now() - start).toBeLessThan(1000)
    }
  })
})
