import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import type { Build } from '../../contract/defence.ts'
import type { Refusal } from '../../contract/verdict.ts'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { check } from './check.ts'
import { compile } from './decide.ts'
import { late } from './late.ts'
import { claim, desugar, fold, type Scopes, schema } from './options.ts'

const scopesOf = (written: unknown): Scopes => z.parse(schema(), desugar(written))

/** The verdict for somebody with these scopes; undefined is nobody. */
function decide(needed: readonly string[], has: readonly string[] | undefined, challenge?: string) {
  const { steps } = compile(scopesOf(needed), {} as Build)
  const facts = new FakeFacts()
  if (has) facts.principal = { id: 'a', tier: undefined, scopes: has }
  facts.challenge = challenge
  return steps?.['scopes']?.(facts) as Refusal | undefined
}

describe('the section', () => {
  test('asks for nothing where nothing is written, and costs no step', () => {
    expect(scopesOf({})).toEqual({ mode: 'enforce', all: [] })
    expect(compile(scopesOf({}), {} as Build)).toEqual({})
    expect(compile(scopesOf('off'), {} as Build)).toEqual({})
  })

  test('has each scope once', () => {
    expect(scopesOf(['b', 'a', 'b'])).toEqual({ mode: 'enforce', all: ['a', 'b'] })
    expect(scopesOf(false)).toEqual({ mode: 'off', all: [] })
  })

  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what one writes
  test.each(['a b', 'a"', 'a\\', 'orders:*', '*', '', 'a\r\nb', 'é', '${A}', 'a'.repeat(129)])(
    'takes %j for no scope',
    (scope) => {
      expect(z.safeParse(schema(), desugar([scope])).success).toBe(false)
    },
  )

  test('of a route adds to those of wider routes; off is written down', () => {
    const wide = scopesOf(['admin'])
    expect(claim(wide, scopesOf(['orders:write']))).toEqual({ mode: 'enforce', all: ['admin', 'orders:write'] })
    expect(claim(wide, scopesOf('off'))).toEqual({ mode: 'off', all: [] })
    expect(claim(scopesOf('off'), scopesOf(['a']))).toEqual({ mode: 'enforce', all: ['a'] })
  })

  test('of a path that fits only folded is never less than either asks for', () => {
    expect(fold(scopesOf(['a']), scopesOf(['b']))).toEqual({ mode: 'enforce', all: ['a', 'b'] })
    expect(fold(scopesOf(['a']), scopesOf('off'))).toEqual(scopesOf(['a']))
    expect(fold(scopesOf('off'), scopesOf(['a']))).toEqual(scopesOf(['a']))
  })

  test('of an inline route adds, and cannot take back', () => {
    expect(late.join(scopesOf(['a']), scopesOf(['b']), 'key')).toEqual({ mode: 'enforce', all: ['a', 'b'] })
    expect(late.join(undefined, scopesOf(['b']), 'key')).toEqual(scopesOf(['b']))
    expect(late.tooLate({ mode: 'off' })).toHaveLength(1)
    expect(late.tooLate({ mode: 'enforce', all: ['a'] })).toEqual([])
  })
})

describe('who may', () => {
  test.each<[string, string[]]>([
    ['the scope itself', ['orders:write']],
    ['all of its kind', ['orders:*']],
    ['everything', ['*']],
    ['more', ['a', 'orders:write', 'b']],
  ])('has %s', (_, has) => {
    expect(decide(['orders:write'], has)).toBeUndefined()
  })

  test('has all that is asked for', () => {
    expect(decide(['a', 'b:c:d'], ['a', 'b:c:*'])).toBeUndefined()
    expect(decide(['a', 'b'], ['a'])?.code).toBe('insufficient-scope')
  })

  test.each<[string, string[]]>([
    ['nothing', []],
    ['another scope', ['orders:read']],
    ['the beginning', ['orders']],
    ['the beginning, with its colon', ['orders:']],
    ['more than the whole', ['orders:write:all']],
    [
      'an asterisk that is no part by itself',
      ['orders:w*', 'ord*', 'orders*', '*:write', '**', '*:*', 'orders:**', ':*'],
    ],
    ['another case', ['ORDERS:WRITE', 'Orders:*']],
    ['white space around it', [' orders:write', 'orders:write ', 'orders:write,*']],
    ['names that are objects’ own', ['__proto__', 'constructor', 'has']],
  ])('is not who has %s', (_, has) => {
    expect(decide(['orders:write'], has)).toMatchObject({
      code: 'insufficient-scope',
      headers: ['WWW-Authenticate', 'Bearer error="insufficient_scope", scope="orders:write"'],
    })
  })

  test('is known first: nobody is asked to sign in, by the scheme of the policy', () => {
    expect(decide(['a'], undefined)).toMatchObject({ code: 'unauthenticated' })
    expect(decide(['a'], undefined)?.headers).toBeUndefined()
    expect(decide(['a'], undefined, 'Bearer')?.headers).toEqual(['WWW-Authenticate', 'Bearer'])
  })

  test('is not read out of prototypes: a scope is needed by its name', () => {
    for (const needed of ['__proto__', 'constructor', 'toString', 'has']) {
      expect(decide([needed], [])?.code).toBe('insufficient-scope')
      expect(decide([needed], [needed])).toBeUndefined()
    }
  })
})

test('scopes where nobody is recognised are a finding', () => {
  const on = { mode: 'enforce' }
  const off = { mode: 'off' }
  const codes = (scopes: Scopes, policy: object, scope?: 'policy' | 'route', key?: string) =>
    check(scopes, true, scope, key, { routes: [], ...policy }).map(({ code }) => code)
  expect(codes(scopesOf(['a']), { principal: off })).toEqual(['scopes-without-principal'])
  expect(codes(scopesOf(['a']), { principal: on })).toEqual([])
  expect(codes(scopesOf([]), { principal: off })).toEqual([])
  const route = { methods: ['GET'], pattern: '/a', principal: off }
  expect(codes(scopesOf(['a']), { principal: on, routes: [route] }, 'route', 'GET /a')).toEqual([
    'scopes-without-principal',
  ])
  const other = { methods: ['GET'], pattern: '/a', principal: on }
  expect(codes(scopesOf(['a']), { principal: off, routes: [other] }, 'route', 'GET /a')).toEqual([])
})
