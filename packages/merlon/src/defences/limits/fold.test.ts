import { describe, expect, test } from 'vitest'
import { foldLimits } from './fold.ts'
import { Bench, client, read, readRoute, request } from './limits.fixture.ts'

const KEY = 'POST /auth/login'
const ann = client('192.0.2.10')

function folded(policy: unknown, route: unknown) {
  return foldLimits(read(policy), readRoute(policy, route, KEY))
}

function told(policy: unknown, route: unknown) {
  return folded(policy, route).limits.map(({ name, of, mode, quota, cost }) => [name, of, mode, quota, cost])
}

describe('a path that matches a route only folded', () => {
  test('has what the route adds and tightens, in the route’s own counters', () => {
    expect(told('100/15m', { login: '5/15m', general: '10/15m' })).toEqual([
      ['general', '*', 'enforce', 100, 1],
      ['general', KEY, 'enforce', 10, 1],
      ['login', KEY, 'enforce', 5, 1],
    ])
  })

  test('has nothing of what the route loosens or turns off', () => {
    const general = ['general', '*', 'enforce', 100, 1]
    expect(told('100/15m', 'off')).toEqual([general])
    expect(told('100/15m', 'observe')).toEqual([general])
    expect(told('100/15m', { general: 'off' })).toEqual([general])
    expect(told('100/15m', { general: { mode: 'observe' } })).toEqual([general])
    expect(told('100/15m', { general: '900/15m' })[0]).toEqual(general)
    expect(told({ general: { rate: '100/15m', cost: 2 } }, { general: { cost: 1 } })).toEqual([
      ['general', '*', 'enforce', 100, 2],
    ])
  })

  test('pays the higher price of the two', () => {
    expect(told('100/15m', { general: { cost: 7 } })).toEqual([['general', '*', 'enforce', 100, 7]])
  })

  test('is enforced where only the route enforces, and only there', () => {
    const section = folded({ mode: 'observe', general: '100/15m' }, { mode: 'enforce', login: '5/15m' })
    expect(section.mode).toBe('enforce')
    expect(section.limits.map(({ name, mode }) => [name, mode])).toEqual([
      ['general', 'enforce'],
      ['login', 'enforce'],
    ])
    expect(folded('off', { mode: 'off', login: '5/15m' }).limits.map(({ mode }) => mode)).toEqual(['off'])
  })

  test('is charged with the exact path: a change of case gives no quota more', () => {
    const bench = new Bench()
    const exact = bench.compile(readRoute('100/15m', '2/15m', KEY), KEY)
    const other = bench.compile(folded('100/15m', '2/15m'), KEY)
    expect(bench.ask(exact, request(ann))).toBeUndefined()
    expect(bench.ask(other, request(ann))).toBeUndefined()
    expect(bench.ask(exact, request(ann))?.code).toBe('rate-limited')
    expect(bench.ask(other, request(ann))?.code).toBe('rate-limited')
  })

  test('keeps the counters of each of several routes apart', () => {
    const [one, two] = ['/books/new', '/books/:id'].map((key) => readRoute('100/15m', '2/15m', key))
    if (!one || !two) expect.unreachable()
    const { limits } = foldLimits(two, one)
    expect(limits.map(({ name, of }) => [name, of])).toEqual([
      ['general', '*'],
      ['route', '/books/:id'],
      ['route', '/books/new'],
    ])
  })

  test('tells limits of one name apart by a number', () => {
    const bench = new Bench()
    const compiled = bench.compile(folded('100/15m', { general: '1/15m' }), KEY)
    bench.ask(compiled, request(ann))
    expect(bench.ask(compiled, request(ann))?.members).toEqual({ 'violated-policies': ['general.2'] })
  })

  test('skips only what both skip', () => {
    expect(folded({ skip: ['/a', '/b'] }, { skip: ['/b', '/c'] }).skip).toEqual(['/b'])
  })

  test('is banned by the penalties of both, and by what the route turns off', () => {
    const [policy, route] = [
      { penalty: { after: 20, within: '10m', ban: '1h' } },
      { penalty: { after: 5, within: '10m', ban: '1h' } },
    ]
    const of = (options: ReturnType<typeof read>) => options.penalties?.map((each) => [each.of, each.after])
    const both = [
      ['*', 20],
      [KEY, 5],
    ]
    expect(of(folded(policy, route))).toEqual(both)
    expect(of(folded(policy, { penalty: 'off' }))).toEqual([['*', 20]])
    expect(of(folded({}, route))).toEqual([[KEY, 5]])
    expect(of(readRoute(policy, route, KEY))).toEqual(both)
    expect(of(readRoute(policy, {}, KEY))).toEqual([['*', 20]])
    expect(of(readRoute(policy, { penalty: 'off' }, KEY))).toBeUndefined()
  })

  test('counts in both algorithms where the route has another one', () => {
    const options = folded('100/15m', { general: { rate: '20/15m', strict: true } })
    expect(options.limits.map(({ name, of, algorithm }) => [name, of, algorithm])).toEqual([
      ['general', '*', 'gcra'],
      ['general', KEY, 'strict'],
    ])
  })
})
