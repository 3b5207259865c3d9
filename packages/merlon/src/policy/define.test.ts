import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { asPolicy, definePolicy, isPolicy } from './define.ts'
import { formatMistake } from './mistake.ts'

const told = (written: unknown) =>
  definePolicy(written).mistakes.map(({ path, message }) => formatMistake({ path, message }).replace('\n ', ':'))

describe('definePolicy', () => {
  test('holds a copy, so that nothing changes the policy later', () => {
    const written = { cors: { origins: ['https://a.example'] } }
    const policy = definePolicy(written)
    written.cors.origins.push('https://evil.example')
    expect(policy.written).toEqual({ cors: { origins: ['https://a.example'] } })
    expect(isPolicy(policy)).toBe(true)
    expect(isPolicy(written)).toBe(false)
  })

  test('knows the file and the line that it was called from', () => {
    const here = new Error().stack?.split('\n')[1]?.match(/:(\d+):\d+\)?$/)?.[1]
    const policy = definePolicy({})
    expect(policy.origin.file).toMatch(/^\/.*define\.test\.ts$/)
    expect(policy.origin.position([], 'value')).toMatchObject({ line: Number(here) + 1, column: expect.any(Number) })
  })

  test('an object given to a guard is a policy that was written where the guard was made', () => {
    const merlon = (given: unknown) => asPolicy(given, merlon)
    expect(merlon({}).origin.file).toMatch(/define\.test\.ts$/)
    const policy = definePolicy({})
    expect(merlon(policy)).toBe(policy)
  })

  test('a runtime that shows no stack costs the place and nothing else', () => {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    const policy = definePolicy({ a: 1 })
    Error.stackTraceLimit = limit
    expect(policy).toMatchObject({ written: { a: 1 }, mistakes: [] })
    expect(policy.origin.position([], 'value')).toBeUndefined()
  })

  test('what is undefined is not there', () => {
    expect(definePolicy({ cors: undefined, size: { body: undefined } })).toMatchObject({
      written: { size: {} },
      mistakes: [],
    })
  })

  test('a regular expression is its text, as YAML and JSON would write it', () => {
    expect(definePolicy({ origins: [/^https:\/\/a\.example$/] })).toMatchObject({
      written: { origins: ['/^https:\\/\\/a\\.example$/'] },
      mistakes: [],
    })
  })

  test('objects of another realm and without a prototype are plain', () => {
    const other: unknown = runInNewContext('({ a: [1] })')
    expect(definePolicy({ other, bare: Object.assign(Object.create(null), { b: 2 }) })).toMatchObject({
      written: { other: { a: [1] }, bare: { b: 2 } },
      mistakes: [],
    })
  })

  test('the same object in two places is no cycle', () => {
    const shared = { origins: [] }
    expect(definePolicy({ a: shared, b: shared }).mistakes).toEqual([])
  })

  class Settings {
    a = 1
  }
  const cycle: Record<string, unknown> = {}
  cycle['self'] = { cycle }

  test.each<[string, unknown, string]>([
    ['a function', { a: () => 1 }, 'a: expected plain data, got a function'],
    ['a symbol', { a: Symbol('x') }, 'a: expected plain data, got a symbol'],
    ['a big integer', { a: 1n }, 'a: expected plain data, got 1n'],
    ['NaN', { a: Number.NaN }, 'a: expected a number that JSON knows, got NaN'],
    ['Infinity', { a: [Number.POSITIVE_INFINITY] }, 'a[0]: expected a number that JSON knows, got Infinity'],
    ['an instance', { a: new Settings() }, 'a: expected plain data, got a Settings'],
    ['a date', { a: new Date(0) }, 'a: expected plain data, got a Date'],
    ['a map', { a: new Map() }, 'a: expected plain data, got a Map'],
    ['a promise', { a: Promise.resolve() }, 'a: expected plain data, got a Promise'],
    ['a cycle', cycle, 'self.cycle: expected a tree, got an object that contains itself'],
    [
      'a getter',
      Object.defineProperty({}, 'a', { get: () => 1, enumerable: true }),
      'a: expected plain data, got a getter',
    ],
    // biome-ignore lint/suspicious/noSparseArray: it is what is tested
    ['a hole', { a: [1, , 2] }, 'a[1]: expected a value, got a hole in the list'],
    ['an undefined entry', { a: [undefined] }, 'a[0]: expected a value, got a hole in the list'],
    ['a symbol as a key', { [Symbol('x')]: 1 }, 'policy: expected keys that are text, got a symbol'],
    ['half a character', { a: '\ud800' }, 'a: expected whole characters, got half of a surrogate pair'],
    ['__proto__', JSON.parse('{"__proto__": {"admin": true}}'), '__proto__: expected another name than "__proto__"'],
    ['constructor', { constructor: 1 }, 'constructor: expected another name than "constructor"'],
    ['a function alone', () => 1, 'policy: expected plain data, got a function'],
  ])('%s is a mistake', (_name, written, expected) => {
    expect(told(written)).toEqual([expected])
  })

  test('an object whose reading throws is a mistake, and what it threw is not told', () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('hunter2')
        },
      },
    )
    expect(told({ a: hostile })).toEqual(['policy: expected plain data, got an object that throws when it is read'])
  })

  test('shared objects cannot unfold without end', () => {
    let tree: unknown = 'lol'
    for (let level = 0; level < 40; level++) tree = { a: tree, b: tree }
    const begun = performance.now()
    expect(told(tree)).toHaveLength(1)
    expect(performance.now() - begun).toBeLessThan(2000)
    expect(told(Array(1e9))).toEqual(['policy: expected a policy of at most 100000 values'])
  })

  test('nor nest without end', () => {
    let tree: unknown = 1
    for (let level = 0; level < 10_000; level++) tree = [tree]
    expect(told(tree)[0]).toMatch(/expected at most 64 levels/)
  })
})
