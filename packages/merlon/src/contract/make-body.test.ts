import { describe, expect, test } from 'vitest'
import { makeBody } from './make-body.ts'

const make = (body: string | readonly number[], type: string | undefined) => {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : Uint8Array.from(body)
  return makeBody(bytes, type)
}

const value = (body: string | readonly number[], type: string | undefined = 'application/json') => {
  const made = make(body, type)
  return 'kind' in made ? `refused: ${made.code}` : made.value
}

const form = (body: string) => value(body, 'application/x-www-form-urlencoded')

describe('a body that was read', () => {
  test('keeps its bytes, and its type without parameters', () => {
    const bytes = new TextEncoder().encode('{"a":1}')
    expect(makeBody(bytes, 'Application/JSON; charset=utf-8')).toEqual({
      bytes,
      type: 'application/json',
      value: { a: 1 },
    })
    expect(makeBody(bytes, undefined)).toEqual({ bytes, type: '', value: undefined })
  })

  test('is parsed as JSON under every type of JSON, and under no other', () => {
    for (const type of ['application/json', 'application/problem+json', 'text/json', 'application/vnd.api+json; v=1']) {
      expect(value('[1]', type)).toEqual([1])
    }
    for (const type of ['text/plain', 'application/jsonp', 'application/json-seq', 'multipart/form-data; boundary=x']) {
      expect(value('[1]', type)).toBe(undefined)
    }
  })

  test('has no value where it has no bytes', () => {
    expect(value('')).toBe(undefined)
    expect(form('')).toBe(undefined)
  })

  test('may begin with one byte order mark', () => {
    expect(value('\ufeff{"a":1}')).toEqual({ a: 1 })
    expect(value('\ufeff\ufeff{"a":1}')).toBe('refused: body-malformed')
  })

  test('says nothing of itself where it cannot be parsed', () => {
    for (const body of ['{"password":"hunter2"', '{"a":hunter2}', 'hunter2', [0x22, 0xff, 0x22]]) {
      const made = make(body, 'application/json')
      expect(made).toMatchObject({ kind: 'refuse', code: 'body-malformed' })
      expect(JSON.stringify(made)).not.toContain('hunter2')
    }
    expect(value('1', 'text plain')).toBe('refused: unsupported-media-type')
  })
})

describe('a form that was read', () => {
  test('is an object of its fields, in any of their spellings', () => {
    expect({ ...(form('a=1&b=x+y%2B&c=%C3%A9&d&=e&&') as object) }).toEqual({
      a: '1',
      b: 'x y+',
      c: 'é',
      d: '',
      '': 'e',
    })
  })

  test('has an array where a field is given twice', () => {
    expect({ ...(form('a=1&b=2&a=3&a=') as object) }).toEqual({ a: ['1', '3', ''], b: '2' })
  })

  test('inherits nothing, and its fields reach no prototype', () => {
    const made = form('__proto__=x&constructor=y&toString=z') as Record<string, unknown>
    const above = Object.getPrototypeOf(made)
    expect(Reflect.ownKeys(above)).toEqual([])
    expect(Object.getPrototypeOf(above)).toBe(null)
    expect(Object.keys(made)).toEqual(['__proto__', 'constructor', 'toString'])
    expect(({} as Record<string, unknown>)['x']).toBe(undefined)
  })

  test('is refused where parsers would read other texts', () => {
    for (const body of ['a=%', 'a=%zz', '%e9=1', 'a=%ff', 'a=%c0%af'])
      expect(form(body)).toBe('refused: body-malformed')
  })
})
