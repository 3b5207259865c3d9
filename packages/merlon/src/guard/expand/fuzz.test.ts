// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies hold them
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { definePolicy } from '../../policy/define.ts'
import { PolicyError } from '../../policy/mistake.ts'
import { resolveReferences } from '../../policy/references.ts'
import { defences } from '../order.ts'
import { expandPolicy } from './index.ts'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
const runs = { numRuns: 10_000, seed }
console.info(`seed ${seed}`)

const expand = (written: unknown, environment = 'production') =>
  expandPolicy(definePolicy(written), { environment, defences })

/** Keys that lead somewhere, and keys that lead where nobody should get. */
const key = fc.oneof(
  fc.constantFrom(
    ...['cors', 'size', 'limits', 'client', 'headers', 'errors', 'routes', 'environments', 'preset', '$schema'],
    ...[
      'mode',
      'origins',
      'body',
      'depth',
      'general',
      'rate',
      'by',
      'burst',
      'csp',
      'add',
      'remove',
      'proxies',
      'hops',
    ],
    ...['development', 'GET /a', '/a/:id', '/a/*', '${A}', 'login', 'requestId', 'format', 'script-src'],
    ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', '\u202e', 'x'.repeat(3000)],
  ),
  fc.string(),
)

const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    'off',
    'observe',
    '1mb',
    '5/15m',
    '100',
    '${A}',
    '${',
    '$${',
    '1M',
    '\ud800',
    null,
    undefined,
  ),
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom<unknown>(() => 1, Symbol('x'), 1n, new Date(0), /x/, new Map()),
)

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie('tree')), { maxLength: 4 }).map((entries) => {
      const object: Record<string, unknown> = {}
      for (const [name, value] of entries) {
        Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
      }
      return object
    }),
  ),
}))

/** A policy that is right. */
const valid = () => ({
  preset: 'api',
  client: { proxies: ['loopback', { hops: 1, from: ['10.0.0.0/8'] }], deny: ['203.0.113.7'] },
  size: { body: '1mb', depth: 5, encodings: ['gzip'] },
  cors: { origins: ['https://a.example', '/^https:\\/\\/b\\.example$/', '${A}'], maxAge: '10m' },
  limits: { general: '100/15m', login: { rate: '5/1m', burst: 3, by: ['address', { body: 'email' }] } },
  headers: { csp: { 'script-src': ["'self'", "'nonce'"] }, hsts: { maxAge: '30d' }, add: { 'X-A': 'b' } },
  errors: { format: 'error', requestId: 'X-Id' },
  routes: {
    'POST /auth/login': { limits: { login: '5/15m' }, errors: 'problem' },
    '/files/*': { size: '10mb', cors: '*' },
  },
  environments: { development: { cors: 'off', routes: { '/dev': { size: '5b', headers: 'pages' } } } },
})

/** Every place in a tree, as the object or list that holds it and the key in there. */
function places(holder: unknown): { holder: Record<string, unknown>; key: string }[] {
  if (typeof holder !== 'object' || holder === null || holder instanceof Date) return []
  return Object.entries(holder).flatMap(([name, inner]) => [
    { holder: holder as Record<string, unknown>, key: name },
    ...places(inner),
  ])
}

const mutation = fc.tuple(fc.nat(), key, tree, fc.nat(2))

/** Some sections of it, with up to three things changed, added or taken away. */
const mutated = fc
  .tuple(fc.subarray(Object.entries(valid()), { maxLength: 4 }), fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([sections, mutations]) => {
    const policy = structuredClone(Object.fromEntries(sections))
    for (const [at, name, value, kind] of mutations) {
      const all = places(policy)
      const place = all[at % all.length]
      if (place === undefined) continue
      // An array's length is the one property that cannot be made anew.
      if (Array.isArray(place.holder) && name === 'length') continue
      if (kind === 0) place.holder[place.key] = value
      else Object.defineProperty(place.holder, name, { value, enumerable: true, configurable: true, writable: true })
      if (kind === 2) delete place.holder[place.key]
    }
    return policy
  })

const builtIns = Reflect.ownKeys(Object.prototype).length

/** What holds for whatever is written. `node:assert`, as `expect` would take most of the time. */
function holds(written: unknown, environment: string): void {
  const { canonical, mistakes } = expand(written, environment)
  assert(Array.isArray(mistakes) && (canonical === undefined) === mistakes.length > 0)
  assert(mistakes.every(({ path, message }) => Array.isArray(path) && message.startsWith('expected ')))
  if (canonical === undefined) {
    assert(new PolicyError(mistakes).message.startsWith('the policy has'))
  } else {
    const text = JSON.stringify(canonical)
    assert.deepStrictEqual(JSON.parse(text), canonical)
    assert(JSON.stringify(expand(written, environment).canonical) === text)
    resolveReferences(canonical, { A: 'x' })
  }
  assert(Reflect.ownKeys(Object.prototype).length === builtIns)
}

const environment = fc.constantFrom('production', 'development', 'staging')

describe('whatever is written', { timeout: 120_000 }, () => {
  test('the policy that the mutations start from is right', () => {
    expect(expand(valid()).mistakes).toEqual([])
  })

  test('an arbitrary tree becomes a policy or mistakes', () => {
    fc.assert(fc.property(tree, environment, holds), runs)
  })

  test('a right policy with something changed becomes a policy or mistakes', () => {
    fc.assert(fc.property(mutated, environment, holds), runs)
  })

  test('a bare number where a unit is meant is always a mistake', () => {
    const unit = fc.constantFrom<(number: unknown) => unknown>(
      (number) => ({ size: number }),
      (number) => ({ size: { body: number } }),
      (number) => ({ size: { url: number } }),
      (number) => ({ cors: { maxAge: number } }),
      (number) => ({ limits: number }),
      (number) => ({ limits: { login: number } }),
      (number) => ({ limits: { general: { rate: number } } }),
      (number) => ({ headers: { hsts: { maxAge: number } } }),
      (number) => ({ routes: { '/a': { size: { body: number } } } }),
      (number) => ({ environments: { staging: { size: { body: number } } } }),
    )
    const number = fc
      .oneof(fc.double(), fc.integer())
      .chain((value) => fc.constantFrom<unknown>(value, `${value}`, [value]))
    fc.assert(
      fc.property(unit, number, (write, value) => {
        assert(expand(write(value)).mistakes.length > 0)
      }),
      runs,
    )
  })
})
