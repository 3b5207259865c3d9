// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies hold them
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as yaml from 'yaml'
import { definePolicy, holdPolicy } from '../../policy/define.ts'
import { PolicyError } from '../../policy/mistake.ts'
import { resolveReferences } from '../../policy/references.ts'
import { parseYaml } from '../../policy/yaml.ts'
import { fakeDefences as defences } from '../../testing/fake-defences.ts'
import { expandPolicy } from './index.ts'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
const runs = { numRuns: 10_000, seed }
console.info(`seed ${seed}`)

const expand = (written: unknown, environment = 'production') =>
  expandPolicy(definePolicy(written), { environment, defences })

/** Keys that lead somewhere, and keys that lead where nobody should get. */
const key = fc.oneof(
  fc.constantFrom(
    ...[
      'cors',
      'size',
      'limits',
      'client',
      'routes',
      'environments',
      'preset',
      '$schema',
      'mode',
      'origins',
      'body',
      'json',
    ],
    ...['each', 'rate', 'burst', 'development', 'GET /a', '/a/:id', '/a/*', '${A}', 'login'],
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
  size: { body: '1mb', json: { depth: 5 } },
  cors: { origins: ['https://a.example'], cache: '10m' },
  limits: { each: { all: '100/15m', login: { rate: '5/1m', burst: 3 } } },
  routes: { 'POST /auth/login': { limits: { each: { login: '5/15m' } } }, '/files/*': { size: '10mb' } },
  environments: { development: { cors: 'off', routes: { '/dev': { size: '5b' } } } },
})

/** Every place in a tree, as the object or list that holds it and the key in there. */
function places(holder: unknown): { holder: Record<string, unknown>; key: string }[] {
  if (typeof holder !== 'object' || holder === null || holder instanceof Date) return []
  return Object.entries(holder).flatMap(([name, inner]) => [
    { holder: holder as Record<string, unknown>, key: name },
    ...places(inner),
  ])
}

const mutated = fc.array(fc.tuple(fc.nat(), key, tree, fc.nat(2)), { minLength: 1, maxLength: 3 }).map((mutations) => {
  const policy = valid()
  for (const [at, name, value, kind] of mutations) {
    const all = places(policy)
    const place = all[at % all.length]
    if (place === undefined) continue
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

describe('whatever is written', () => {
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
      (number) => ({ cors: { cache: number } }),
      (number) => ({ limits: { each: { a: number } } }),
      (number) => ({ limits: { each: { a: { rate: number } } } }),
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

  test('no text is more than YAML can refuse', () => {
    const line = fc.tuple(
      fc.constantFrom('', '  ', '    ', '\t'),
      fc.constantFrom('- ', '? ', '', '"', '{', '&a ', '*a '),
      key,
      leaf,
    )
    const text = fc
      .array(line, { maxLength: 6 })
      .map((lines) => lines.map(([a, b, c, d]) => `${a}${b}${c}: ${String(d)}`).join('\n'))
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (written) => {
        const { tree, origin, mistakes } = parseYaml(yaml, written, 'merlon.yaml')
        if (mistakes.length === 0) expandPolicy(holdPolicy(tree, origin), { environment: 'production', defences })
      }),
      runs,
    )
  })
})
