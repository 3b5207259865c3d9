import { describe, expect, test } from 'vitest'
import { load } from './index.ts'
import { canonical } from './load.fixture.ts'

test('with nothing written, a process that cannot keep up sheds, and nothing else is done', () => {
  expect(canonical()).toEqual({
    mode: 'enforce',
    priority: 'normal',
    shed: { lagMs: 250, memory: 0.95 },
    delay: 'off',
    concurrency: 'off',
  })
})

describe('shorthands', () => {
  test.each([
    [{ concurrency: 20 }, { concurrency: { client: 20, all: 'off', leaseMs: 60_000, of: '*' } }],
    [{ concurrency: 'adaptive' }, { concurrency: { client: 'off', all: 'adaptive', leaseMs: 60_000, of: '*' } }],
    [{ concurrency: { client: 'off', all: false } }, { concurrency: 'off' }],
    [{ delay: '50/15m' }, { delay: { quota: 50, windowMs: 900_000, stepMs: 500, maxMs: 10_000, queue: 100, of: '*' } }],
    [{ shed: false }, { shed: 'off' }],
    ['observe', { mode: 'observe' }],
    [false, { mode: 'off' }],
  ])('%j', (written, expected) => {
    expect(canonical(written)).toMatchObject(expected)
  })
})

describe('a path that a route matches only folded', () => {
  const fold = (base: unknown, route: unknown) => load.section.fold(canonical(base), canonical(route))

  test('has the fewer places and the lower priority of both', () => {
    const both = fold({ concurrency: 5, priority: 'low' }, { concurrency: 50, priority: 'critical' })
    expect(both).toMatchObject({ priority: 'low', concurrency: { client: 5 } })
  })

  test('keeps what the route turns off', () => {
    expect(fold({ concurrency: 5, delay: '5/1m' }, { concurrency: false, delay: false })).toMatchObject({
      concurrency: { client: 5 },
      delay: { quota: 5 },
    })
    expect(fold({}, false).mode).toBe('enforce')
  })

  test('has a bound that somebody wrote before one that finds itself', () => {
    expect(fold({ concurrency: 'adaptive' }, { concurrency: { all: 3 } })).toMatchObject({ concurrency: { all: 3 } })
  })
})
