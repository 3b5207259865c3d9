import { describe, expect, test } from 'vitest'
import { Faults } from './faults.ts'
import { findUnknown } from './unknown.ts'

function unknownIn(input: unknown, output: unknown): readonly string[] {
  const faults = new Faults()
  findUnknown('body', input, output, faults)
  return faults.list.map(({ pointer }) => pointer)
}

describe('a field is unknown', () => {
  test.each<[string, unknown, unknown, readonly string[]]>([
    ['where it went in and did not come out', { a: 1, b: 2 }, { a: 1 }, ['/b']],
    ['at any depth', { a: { b: { c: 1, d: 2 } } }, { a: { b: { c: 1 } } }, ['/a/b/d']],
    ['in lists', [{ a: 1 }, { a: 1, b: 2 }], [{ a: 1 }, { a: 1 }], ['/1/b']],
    [
      'where its name is one of the language',
      JSON.parse('{"toString":1,"__proto__":{}}'),
      {},
      ['/toString', '/__proto__'],
    ],
    ['beside fields that were filled in', { b: 1 }, { a: 'default' }, ['/b']],
  ])('%s', (_what, input, output, found) => {
    expect(unknownIn(input, output)).toEqual(found)
  })

  test.each<[string, unknown, unknown]>([
    ['where the value was changed', { a: '1' }, { a: 1 }],
    ['where it came out as nothing', { a: null }, { a: undefined }],
    ['inside of what became something else', { a: { x: 1 }, b: ['1'] }, { a: new Date(0), b: '1' }],
    ['inside of what became an instance', { a: { x: 1 } }, { a: new Map() }],
    ['in a list that became longer or shorter', [{ a: 1 }], []],
    ['where all is passed on as it is', { a: 1 }, { a: 1 }],
  ])('and is not %s', (_what, input, output) => {
    expect(unknownIn(input, output)).toEqual([])
  })
})
