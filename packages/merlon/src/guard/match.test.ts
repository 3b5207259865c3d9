import { describe, expect, test } from 'vitest'
import { parseRouteKey, type RouteKey } from '../policy/pattern.ts'
import { compareRoutes } from '../policy/specificity.ts'
import { FakeFacts } from '../testing/fake-facts.ts'
import { Matcher } from './match.ts'

function matcher(...keys: string[]) {
  const routes = keys.map((key) => ({ key, route: parseRouteKey(key) as RouteKey }))
  routes.sort((a, b) => compareRoutes(a.route, b.route))
  const entries = routes.map(({ key, route }) => ({ ...route, exact: key, folded: `${key} folded` }))
  const table = new Matcher(entries, 'fallback', (folded, exact) =>
    [...folded.map((entry) => entry.folded), exact?.exact ?? 'fallback'].join(' over '),
  )
  return (method: string, path: string) => {
    const facts = new FakeFacts({ target: '/' })
    facts.path = path
    const route = table.find(facts, method)
    return facts.params.length > 0 ? [route, ...facts.params] : route
  }
}

describe('the matcher', () => {
  const find = matcher(
    'POST /auth/login',
    '/auth/*',
    'GET /books/:id',
    '/books/new',
    '/café',
    '/:tenant/users/:user',
    '/',
    '/files/*',
  )

  test.each([
    ['POST', '/auth/login', 'POST /auth/login'],
    ['POST', '/nothing', 'fallback'],
    ['GET', '/', '/'],
    ['GET', '/books/new', '/books/new'],
    ['GET', '/caf%C3%A9', '/café'],
  ])('%s %s falls under %s', (method, path, route) => {
    expect(find(method, path)).toBe(route)
  })

  test('gives parameters decoded', () => {
    expect(find('GET', '/books/a%20b')).toEqual(['GET /books/:id', 'a b'])
    expect(find('GET', '/acme/users/7')).toEqual(['/:tenant/users/:user', 'acme', '7'])
    expect(find('GET', '/files/a/b')).toEqual(['/files/*', 'a/b'])
  })

  test('takes HEAD for GET', () => {
    expect(find('HEAD', '/books/1')).toEqual(['GET /books/:id', '1'])
  })

  test('takes a tree’s root for the tree', () => {
    expect(find('GET', '/files')).toEqual(['/files/*', ''])
  })

  test.each(['/AUTH/login', '/auth/login/', '//auth//login', '/Auth/Login/'])(
    'lets %s have no more than what the route tightens',
    (path) => {
      expect(find('POST', path)).not.toBe('POST /auth/login')
      expect(String(find('POST', path))).toContain('POST /auth/login folded')
    },
  )

  test.each(['/AUTH/login', '/auth/login/', '//auth//login'])(
    'lets %s have nothing that the route loosens of the tree that it stands in',
    (path) => {
      expect(String(find('POST', path))).toContain('POST /auth/login folded over /auth/* folded over fallback')
    },
  )

  test('gives the parameters of the route that it names', () => {
    const nested = matcher('/:a/new', '/:b/*')
    expect(nested('GET', '/x/New')).toEqual(['/:a/new folded over /:b/*', 'x', 'New'])
    expect(nested('GET', '/x/New/')).toEqual(['/:a/new folded over /:b/* folded over fallback', 'x'])
  })

  test('combines a folded route with one that fits exactly, since a framework could run either', () => {
    expect(find('GET', '/Books/new')).toBe('/books/new folded over GET /books/:id folded over fallback')
    expect(matcher('/books/new', '/:shelf/new')('GET', '/Books/new')).toEqual([
      '/books/new folded over /:shelf/new',
      'Books',
    ])
  })

  test('does not take an empty segment for a parameter’s exact value', () => {
    expect(find('GET', '/books//')).toBe('fallback')
  })
})
