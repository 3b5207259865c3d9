import { describe, expect, test } from 'vitest'
import { parseRouteKey, type RouteKey } from './pattern.ts'
import { compareRoutes, routesClash } from './specificity.ts'

const read = (key: string): RouteKey => {
  const route = parseRouteKey(key)
  if (typeof route === 'string') throw new Error(route)
  return route
}

const ordered = (...keys: string[]) =>
  keys
    .map((key) => ({ key, route: read(key) }))
    .sort((a, b) => compareRoutes(a.route, b.route))
    .map(({ key }) => key)

describe('the order of routes', () => {
  test('fixed text stands before a parameter, and a parameter before the rest', () => {
    expect(ordered('/books/*', '/books/:id', '/books/new', '/*')).toEqual([
      '/books/new',
      '/books/:id',
      '/books/*',
      '/*',
    ])
  })

  test('the first segment that differs decides, however exact the later ones are', () => {
    expect(ordered('/:tenant/users/me', '/acme/:kind/:id')).toEqual(['/acme/:kind/:id', '/:tenant/users/me'])
  })

  test('a path that ends stands before the rest, which may be nothing', () => {
    expect(ordered('/files/*', '/files')).toEqual(['/files', '/files/*'])
  })

  test('named methods stand before any method', () => {
    expect(ordered('/a', 'GET /a', '* /b')).toEqual(['GET /a', '/a', '* /b'])
  })

  test('HEAD on its own stands before the GET that would answer it', () => {
    expect(ordered('GET /a', 'HEAD /a')).toEqual(['HEAD /a', 'GET /a'])
  })

  test('it does not depend on where the routes were written', () => {
    const keys = ['/b', '/a', 'POST /a', 'GET /a', '/:x', '/:x/y', '/*', 'HEAD /a', '/a/*']
    const sorted = ordered(...keys)
    expect(ordered(...keys.toReversed())).toEqual(sorted)
    expect(ordered(...keys.slice(4), ...keys.slice(0, 4))).toEqual(sorted)
  })
})

describe('routes between which nothing decides', () => {
  test.each([
    ['/a', '* /a'],
    ['/books/:id', '/books/:isbn'],
    ['GET,POST /a', 'POST,PUT /a'],
    ['GET,HEAD /a', 'HEAD /a'],
  ])('%s and %s', (a, b) => {
    expect(routesClash(read(a), read(b))).toBe(true)
  })

  test.each([
    ['GET /a', 'POST /a'],
    ['GET /a', 'HEAD /a'],
    ['GET /a', '/a'],
    ['/a/:id', '/a/*'],
    ['/a', '/A'],
  ])('not %s and %s', (a, b) => {
    expect(routesClash(read(a), read(b))).toBe(false)
  })
})
