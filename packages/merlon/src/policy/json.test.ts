import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJson } from './json.ts'
import { formatMistake } from './mistake.ts'

const read = (text: string) => parseJson(text, 'merlon.json')
const told = (text: string) => read(text).mistakes.map(formatMistake)

describe('JSON with positions', () => {
  test('finds keys and values', () => {
    const { origin, mistakes } = read('{\n  "cors": {\n    "origins": ["a",\n      "b"]\n  }\n}')
    expect(mistakes).toEqual([])
    expect(origin.position(['cors'], 'key')).toEqual({ line: 2, column: 3 })
    expect(origin.position(['cors'], 'value')).toEqual({ line: 2, column: 11 })
    expect(origin.position(['cors', 'origins', 1], 'value')).toEqual({ line: 4, column: 7 })
  })

  test('what is not there is looked for above it', () => {
    const { origin } = read('{\n "cors": {}\n}')
    expect(origin.position(['cors', 'origins', 0], 'value')).toEqual({ line: 2, column: 2 })
    expect(origin.position(['size'], 'value')).toEqual({ line: 1, column: 1 })
  })

  test.each([
    ['', '1:1', 'more: the file ends too early'],
    ['{', '1:2', 'a key in double quotes'],
    ['{"a" 1}', '1:6', '":" after the key'],
    ['{"a": 1,}', '1:9', 'another entry after the comma'],
    ['[1,]', '1:4', 'another entry after the comma'],
    ['{"a": 1 "b": 2}', '1:9', '"," or "}"'],
    ["{'a': 1}", '1:2', 'a key in double quotes'],
    ['{"a": "x\ny"}', '1:7', 'a text in double quotes, on one line'],
    ['{"a": 01}', '1:8', '"," or "}"'],
    ['{"a": undefined}', '1:7', 'a JSON value'],
    ['{}\n{}', '2:1', 'the end of the file'],
    ['{\n// why\n}', '2:1', 'no comments: JSON has none, YAML has'],
  ])('%s is refused where it goes wrong', (text, position, expected) => {
    expect(told(text)).toHaveLength(1)
    expect(told(text)[0]).toMatch(`merlon.json:${position}\n  expected ${expected}`)
  })

  test('a key that comes twice is a mistake, as readers differ on which one holds', () => {
    expect(told('{"a": 1,\n "a": 2}')).toEqual([
      'merlon.json:2:2  a\n  expected each key once, got "a" again (first in line 1)',
    ])
  })

  test('nesting is bounded, long before the stack is', () => {
    expect(told('['.repeat(500_000))[0]).toMatch('expected at most 64 levels')
  })

  test('__proto__ becomes a key like any other, and nobody is polluted', () => {
    const { tree } = read('{"__proto__": {"polluted": 1}}')
    expect(Object.keys(tree as object)).toEqual(['__proto__'])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('it accepts what JSON.parse accepts and reads the same', () => {
    const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
    console.info(`seed ${seed}`)
    const near = fc.tuple(
      fc.json(),
      fc.nat(200),
      fc.constantFrom('', ',', '"', '{', ']', '0', ' ', '\\', 'e', '-', '.'),
    )
    const mutated = near.map(
      ([text, at, char]) => text.slice(0, at % (text.length + 1)) + char + text.slice((at % (text.length + 1)) + 1),
    )
    fc.assert(
      fc.property(fc.oneof(fc.json(), mutated), (text) => {
        let parsed: unknown
        try {
          parsed = JSON.parse(text)
        } catch {
          expect(told(text)).toHaveLength(1)
          return
        }
        const { tree, mistakes } = read(text)
        if (mistakes.length === 0) expect(tree).toEqual(parsed)
        else expect(told(text)[0]).toMatch(/each key once|at most 64 levels/)
      }),
      { numRuns: 10_000, seed },
    )
  })
})
