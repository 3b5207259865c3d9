import { describe, expect, test } from 'vitest'
import { definePolicy } from '../../policy/define.ts'
import { parseRouteKey, type RouteKey } from '../../policy/pattern.ts'
import { isWider } from '../../policy/specificity.ts'
import { defences } from '../order.ts'
import { expandPolicy } from './index.ts'

function route(policy: object, pattern: string): Record<string, unknown> {
  const { canonical, mistakes } = expandPolicy(definePolicy(policy), { environment: 'production', defences })
  expect(mistakes).toEqual([])
  return canonical?.routes.find((each) => each.pattern === pattern) ?? {}
}

describe('a wider route', () => {
  test.each([
    ['/admin/*', 'GET /admin/reports', true],
    ['/admin/*', 'GET /admin', true],
    ['/admin/*', '/admin/:id/*', true],
    ['/:x/reports', '/admin/reports', true],
    ['/books/:id', 'GET /books/:id', true],
    ['GET /books', 'HEAD /books', true],
    ['GET,POST /books', 'POST /books', true],
    ['GET /admin/*', 'POST /admin/reports', false],
    ['/admin/reports', '/admin/*', false],
    ['/admin/:id', '/admin', false],
    ['/admin', '/admin/:id', false],
    ['/admin/*', '/administrators', false],
    ['/Admin/*', '/admin/reports', false],
    ['/books', '/books', true],
  ])('%s and %s: %s', (a, b, wider) => {
    expect(isWider(parseRouteKey(a) as RouteKey, parseRouteKey(b) as RouteKey)).toBe(wider)
  })

  test('holds for the routes below it: a limit on one of them does not let strangers in', () => {
    const policy = {
      routes: {
        '/admin/*': { client: { allow: ['192.0.2.0/24'] } },
        'GET /admin/reports': { limits: { reports: '5/1m' } },
      },
    }
    expect(route(policy, '/admin/reports')).toMatchObject({ client: { allow: [['192.0.2.0/24']] } })
  })

  test('keeps one counter for all that is below it', () => {
    const policy = {
      routes: { '/admin/*': { limits: { admin: '50/1m' } }, 'GET /admin/reports': { limits: { reports: '5/1m' } } },
    }
    const { limits } = route(policy, '/admin/reports')['limits'] as { limits: { name: string; of: string }[] }
    expect(limits.map(({ name, of }) => [name, of])).toEqual([
      ['admin', '/admin/*'],
      ['general', '*'],
      ['reports', 'GET /admin/reports'],
    ])
  })

  test('gives way to what is set nearer', () => {
    const policy = {
      size: '1mb',
      routes: { '/a/*': { size: '2mb' }, '/a/b/*': { size: '3mb' }, '/a/b/c': { cors: ['https://x.example'] } },
    }
    expect(route(policy, '/a/b/c')).toMatchObject({ size: { maxBytes: 3 * 1024 ** 2 } })
    expect(route(policy, '/a/*')).toMatchObject({ size: { maxBytes: 2 * 1024 ** 2 } })
  })

  test('tells a mistake once, however many routes inherit it', () => {
    const { mistakes } = expandPolicy(
      definePolicy({ routes: { '/a/*': { size: 5 }, '/a/b': { size: { depth: 3 } }, '/a/c': { size: '1mb' } } }),
      { environment: 'production', defences },
    )
    expect(mistakes.map(({ path }) => path)).toEqual([['routes', '/a/*', 'size']])
  })
})
