import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from './jcs.ts'

interface Vectors {
  readonly numbers: readonly (readonly [bits: string, text: string])[]
  readonly texts: readonly (readonly [json: string, canonical: string])[]
  readonly refused: readonly string[]
}

const file = new URL('../../../../spec/jcs.json', import.meta.url)
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors
const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)

function fromBits(bits: string): number {
  return Buffer.from(bits, 'hex').readDoubleBE()
}

describe('the canonical form of JSON', () => {
  test.each(vectors.numbers)('the number %s is %s', (bits, text) => {
    expect(canonicalJson(fromBits(bits))).toBe(text)
  })

  test.each(vectors.texts)('%s', (json, canonical) => {
    expect(canonicalJson(JSON.parse(json))).toBe(canonical)
  })

  test.each(vectors.refused)('%s is refused: another language could not read it back', (json) => {
    expect(() => canonicalJson(JSON.parse(json))).toThrow('half of one')
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, 1n, () => 1])('%s is refused', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
    expect(() => canonicalJson([value])).toThrow(TypeError)
  })

  test('a key named __proto__ is a key', () => {
    expect(canonicalJson(JSON.parse('{"b": 1, "__proto__": {"a": 1}}'))).toBe('{"__proto__":{"a":1},"b":1}')
  })

  test('says the same data, whatever order its keys are in', () => {
    console.info(`seed ${seed}`)
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, shuffled(inner)]),
      )
    }
    const property = fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
      const text = canonicalJson(value)
      expect(canonicalJson(shuffled(value))).toBe(text)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
    })
    fc.assert(property, { numRuns: 10_000, verbose: false, seed })
  })
})
