import { describe, expect, test } from 'vitest'
import { explainTransport } from './explain.ts'
import { fold } from './fold.ts'
import { canonical } from './transport.fixture.ts'

const judge = (written: unknown) => explainTransport.checklist?.[0]?.judge(canonical(written), []).status

describe('what transport says of itself', () => {
  test('meets the checklist where plain HTTP is refused, or pages alone are redirected', () => {
    expect(judge({})).toBe('met')
    expect(judge({ http: 'redirect', hosts: ['www.example'] })).toBe('met')
    expect(judge({ http: 'allow' })).toBe('unmet')
  })

  test('knows that an empty list of hosts is any host', () => {
    const compare = (before: string[], after: string[]) =>
      explainTransport.compare?.hosts?.(before, after).map(({ direction, text }) => `${direction}: ${text}`)
    expect(compare([], ['a.example'])).toEqual(['tighter: hosts: a.example instead of any'])
    expect(compare(['a.example'], [])).toEqual(['looser: hosts: any instead of a.example'])
    expect(compare(['a.example', 'b.example'], ['b.example', 'c.example'])).toEqual([
      'looser: hosts: c.example added',
      'tighter: hosts: a.example removed',
    ])
  })

  test('folds to the stricter, and never to any host', () => {
    const one = canonical({ hosts: ['a.example', 'b.example'], health: ['/a', '/b'] })
    const other = canonical({ mode: 'observe', http: 'allow', hosts: ['b.example'], health: ['/b'] })
    const strict = { mode: 'enforce', http: 'refuse', hosts: ['b.example'], health: ['/b'] }
    expect(fold(one, other)).toEqual(strict)
    expect(fold(other, one)).toEqual(strict)
    expect(fold(one, canonical({ hosts: ['c.example'] })).hosts).toEqual(['a.example', 'b.example'])
    expect(fold(canonical({}), one).hosts).toEqual(['a.example', 'b.example'])
  })
})
