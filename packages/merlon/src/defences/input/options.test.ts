import { describe, expect, test } from 'vitest'
import { inputOf } from './input.fixture.ts'
import { desugar, fold, schema } from './options.ts'

const wrong = (written: unknown) => schema().safeParse(desugar(written)).success === false

describe('input as it is written', () => {
  test('has no schemas where nothing is written', () => {
    expect(inputOf({})).toEqual({ mode: 'enforce' })
  })

  test('says of each part what becomes of unknown fields; only clients choose those of query and body', () => {
    const use = { use: 'A' }
    expect(inputOf({ params: use, query: use, headers: use, cookies: use, body: use })).toEqual({
      mode: 'enforce',
      params: { use: 'A', unknown: 'strip' },
      query: { use: 'A', unknown: 'refuse' },
      headers: { use: 'A', unknown: 'strip' },
      cookies: { use: 'A', unknown: 'strip' },
      body: { use: 'A', unknown: 'refuse' },
    })
    expect(inputOf({ unknown: 'strip', query: use, body: { use: 'A', unknown: 'refuse' } })).toMatchObject({
      query: { unknown: 'strip' },
      body: { unknown: 'refuse' },
    })
  })

  test('has short forms', () => {
    expect(inputOf('off')).toEqual({ mode: 'off' })
    expect(inputOf(false)).toEqual({ mode: 'off' })
    expect(inputOf('observe')).toEqual({ mode: 'observe' })
    expect(inputOf({ body: false, query: 'off' })).toEqual({ mode: 'enforce' })
  })

  test.each([
    [{ body: 'NewUser' }],
    [{ body: {} }],
    [{ body: { use: '' } }],
    [{ body: { use: 1 } }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what one might write
    [{ body: { use: '${SCHEMA}' } }],
    [{ headers: { use: 'A', unknown: 'strip' } }],
    [{ unknown: 'pass' }],
    [{ bodies: { use: 'A' } }],
    ['strict'],
  ])('%j is a mistake', (written) => {
    expect(wrong(written)).toBe(true)
  })
})

describe('a path that matches folded', () => {
  const A = inputOf({ query: { use: 'A' } })

  test("has the route's own schemas, and those of the policy beside them", () => {
    expect(fold(A, inputOf({ query: { use: 'A' }, body: { use: 'B' } }))).toEqual({
      mode: 'enforce',
      query: { use: 'A', unknown: 'refuse' },
      body: { use: 'B', unknown: 'refuse' },
    })
  })

  test('does not lose what the route takes out or turns off', () => {
    expect(fold(A, inputOf({ query: 'off' }))).toEqual(A)
    expect(fold(A, inputOf('off'))).toEqual(A)
    expect(fold(A, inputOf({ mode: 'observe', query: { use: 'A', unknown: 'strip' } }))).toEqual(A)
  })

  test('is observed where its route is, when nothing else held there', () => {
    const route = inputOf({ mode: 'observe', body: { use: 'B' } })
    expect(fold(inputOf({}), route)).toEqual(route)
  })
})
