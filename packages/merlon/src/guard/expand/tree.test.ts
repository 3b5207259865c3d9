import { describe, expect, test } from 'vitest'
import { blame, flatten, type Layer } from './layer.ts'
import { merge, same } from './tree.ts'

describe('one policy over another', () => {
  test('objects merge, all else replaces', () => {
    expect(merge({ a: { b: 1, c: [1, 2] }, d: 1 }, { a: { c: [3] }, d: { e: 1 } })).toEqual({
      a: { b: 1, c: [3] },
      d: { e: 1 },
    })
    expect(merge({ a: 1 }, null)).toBeNull()
  })

  test('neither of the two is changed', () => {
    const under = { a: { b: 1 } }
    const over = { a: { c: 2 } }
    merge(under, over)
    expect([under, over]).toEqual([{ a: { b: 1 } }, { a: { c: 2 } }])
  })

  test('what was off is on again where options are written for it', () => {
    expect(merge({ mode: 'off' }, { origins: [] })).toEqual({ origins: [] })
    expect(merge({ mode: 'off' }, {})).toEqual({ mode: 'off' })
    expect(merge({ mode: 'off' }, { mode: 'observe', a: 1 })).toEqual({ mode: 'observe', a: 1 })
    expect(merge({ mode: 'observe' }, { a: 1 })).toEqual({ mode: 'observe', a: 1 })
  })

  test('no name reaches a prototype', () => {
    const merged = merge({}, JSON.parse('{"constructor": {"prototype": {"polluted": 1}}, "toString": {"a": 1}}'))
    expect(Object.keys(merged as object)).toEqual(['constructor', 'toString'])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('two trees are the same whatever the order of their keys', () => {
    expect(same({ a: [1, { b: null }], c: 1 }, { c: 1, a: [1, { b: null }] })).toBe(true)
    expect(same({ a: 1 }, { a: 1, b: undefined })).toBe(false)
    expect(same([1, 2], [2, 1])).toBe(false)
    expect(same([], {})).toBe(false)
    expect(same({}, { toString: 1 })).toBe(false)
  })
})

describe('whom a mistake is blamed on', () => {
  const layer = (at: string[], written: unknown, desugared = written): Layer => ({ at, written, desugared })
  const base = layer(['size'], '1mb', { body: '1mb' } as never)
  const route = layer(['routes', '/a', 'size'], { json: { depth: 3 } })

  test('the nearest layer that has the path', () => {
    expect(blame([base, route], ['json', 'depth'])?.path).toEqual(['routes', '/a', 'size', 'json', 'depth'])
  })

  test('a shorthand as a whole', () => {
    expect(blame([base, route], ['body'])?.path).toEqual(['size'])
  })

  test('with the value as it was written', () => {
    expect(blame([base, route], ['body'])?.value).toBe('1mb')
    expect(blame([base, route], ['json', 'depth'])?.value).toBe(3)
    expect(blame([base, route], ['json', 'keys'])?.value).toBeUndefined()
  })

  test('for what is missing, the layer that comes closest', () => {
    expect(blame([base, route], ['json', 'keys'])?.path).toEqual(['routes', '/a', 'size', 'json', 'keys'])
  })

  test('a level that only the shorthand adds is passed over', () => {
    const cors = layer(['cors'], ['a', 'b'], { origins: ['a', 'b'] } as never)
    expect(blame([cors], ['origins', 1])?.path).toEqual(['cors', 1])
  })

  test('the flattened layers are what a route inherits and what it writes', () => {
    expect(flatten([base, route])).toEqual({ body: '1mb', json: { depth: 3 } })
    expect(flatten([])).toEqual({})
  })
})
