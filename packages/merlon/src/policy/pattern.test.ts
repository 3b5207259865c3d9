import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRouteKey } from './pattern.ts'

describe('route keys', () => {
  test('a method and a path of fixed text', () => {
    expect(parseRouteKey('POST /auth/login')).toEqual({
      methods: ['POST'],
      pattern: '/auth/login',
      segments: [
        { kind: 'static', text: 'auth' },
        { kind: 'static', text: 'login' },
      ],
    })
  })

  test('several methods and a parameter', () => {
    expect(parseRouteKey('GET,HEAD /books/:id')).toEqual({
      methods: ['GET', 'HEAD'],
      pattern: '/books/:id',
      segments: [
        { kind: 'static', text: 'books' },
        { kind: 'param', name: 'id' },
      ],
    })
  })

  test('a path alone and a star both mean any method', () => {
    const segments = [{ kind: 'static', text: 'files' }, { kind: 'rest' }]
    expect(parseRouteKey('/files/*')).toEqual({ methods: ['*'], pattern: '/files/*', segments })
    expect(parseRouteKey('* /files/*')).toEqual({ methods: ['*'], pattern: '/files/*', segments })
  })

  test('the root has no segments', () => {
    expect(parseRouteKey('GET /')).toEqual({ methods: ['GET'], pattern: '/', segments: [] })
  })

  test('fixed text is kept as requests bear it: what is no path character is encoded', () => {
    expect(parseRouteKey('/café')).toMatchObject({ pattern: '/café', segments: [{ text: 'caf%C3%A9' }] })
  })

  test.each([
    '/v1/books:search',
    '/Patient/$everything',
    '/a+b',
    '/@me',
    '/~user',
    '/.well-known/x',
    "/it's",
    '/a=1,b',
  ])('%s is fixed text', (path) => {
    expect(parseRouteKey(path)).toMatchObject({ pattern: path })
  })

  test.each([
    ['/books/{id}', '":name": "/books/:id"'],
    ['GET /books/<id>', '"GET /books/:id"'],
    ['GET books', 'begins with a slash: "GET /books"'],
    ['books', 'begins with a slash: "/books"'],
    ['get /books', 'upper case: "GET /books"'],
    ['get,post /books', '"GET,POST /books"'],
    ['GET, HEAD /books', 'no space between'],
    ['ALL /books', '"* /books"'],
    ['PSOT /books', '"POST"'],
    ['GTE /books', '"GET"'],
    ['FOO /books', '"GET", "POST" or "*"'],
    ['GET,GET /books', 'each method once'],
    ['GET /books/', 'no slash at the end: "GET /books"'],
    ['/a//b', 'single slashes: "/a/b"'],
    ['//', 'single slashes: "/"'],
    ['/a?b=1', 'without query or fragment: "/a"'],
    ['/caf%C3%A9', 'decoded: "/café"'],
    ['/100%25', 'decoded'],
    ['/%zz', 'decoded'],
    ['/books/:id(\\d+)', 'without regular expressions'],
    ['/books/:id?', 'without regular expressions'],
    ['/books/.+', 'without regular expressions'],
    ['^/books$', 'without regular expressions'],
    ['/books/(a|b)', 'without regular expressions'],
    ['/a/*.png', 'without regular expressions'],
    ['/a/*/b', '"*" as the last segment'],
    ['/a/**', '"*", which already takes'],
    ['/a/:id/b/:id', 'name once'],
    ['/a/:', 'a whole segment'],
    ['/a/:id.json', 'a whole segment'],
    ['/a/:1', 'a whole segment'],
    ['/a/:__proto__', 'another name'],
    ['/a/../b', 'dot segments'],
    ['/a;v=1', 'refused'],
    ['/a\\b', 'refused'],
    ['/a b', 'without spaces'],
    ['GET /a b', 'without spaces'],
    [' GET /a', 'no space around'],
    ['/a\u0000', 'control characters'],
    ['', 'begins with a slash'],
  ])('%s is a mistake that says what to write', (key, expected) => {
    expect(parseRouteKey(key)).toContain(expected)
  })

  test('a key longer than any path is not looked at', () => {
    expect(parseRouteKey(`/${'a'.repeat(3000)}`)).toContain('at most 2048 characters')
  })

  test('what it tells to write is right', () => {
    const keys = ['/books/{id}', 'GET books', 'get /books', 'ALL /x', 'GET /books/', '/a//b', '/a?b', '/caf%C3%A9']
    for (const key of keys) {
      const said = parseRouteKey(key)
      const write = /: "([^"]+)"$/.exec(String(said))?.[1]
      expect(parseRouteKey(write ?? '')).toBeTypeOf('object')
    }
  })

  test('any text is read or refused, and what is read names what it will match', () => {
    const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
    console.info(`seed ${seed}`)
    const part = fc.oneof(fc.constantFrom('/', '*', ':', '{', '%', 'GET ', 'a', 'é', ' ', ',', ';', '.'), fc.string())
    const key = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(key, (text) => {
        const route = parseRouteKey(text)
        if (typeof route === 'string') return
        for (const segment of route.segments) {
          if (segment.kind === 'static') assert.match(segment.text, /^(?:[\x21-\x24\x26-\x7e]|%[0-9A-F]{2})+$/)
        }
        const again = route.methods[0] === '*' ? route.pattern : `${route.methods} ${route.pattern}`
        assert.deepEqual(parseRouteKey(again), route)
      }),
      { numRuns: 10_000, seed },
    )
  })
})
