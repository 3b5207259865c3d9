import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readPolicy } from '../../file.ts'
import { defences } from '../order.ts'

type Schema = Readonly<Record<string, unknown>>

const spec = (path: string) => fileURLToPath(new URL(`../../../../../spec/${path}`, import.meta.url))
const schema = JSON.parse(readFileSync(spec('policy.schema.json'), 'utf8')) as Schema

const SAYS_NOTHING = ['$schema', 'title', 'description', 'default', 'definitions']

/** Keywords of draft 7, as far as the schema uses them; what is no keyword here fails the test. */
const keywords: Readonly<Record<string, (value: unknown, of: never, schema: Schema) => boolean>> = {
  $ref: (value, name: string) =>
    fits(value, (schema['definitions'] as Record<string, Schema>)[name.split('/')[2] ?? '']),
  type: (value, type: string) => {
    if (type === 'integer') return Number.isInteger(value)
    if (type === 'array') return Array.isArray(value)
    return typeof value === type && value !== null && !Array.isArray(value)
  },
  enum: (value, words: readonly unknown[]) => words.includes(value),
  anyOf: (value, forms: readonly Schema[]) => forms.some((form) => fits(value, form)),
  pattern: (value, pattern: string) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  minimum: (value, least: number) => typeof value !== 'number' || value >= least,
  maximum: (value, most: number) => typeof value !== 'number' || value <= most,
  minLength: (value, least: number) => typeof value !== 'string' || value.length >= least,
  maxLength: (value, most: number) => typeof value !== 'string' || value.length <= most,
  items: (value, each: Schema) => !Array.isArray(value) || value.every((item) => fits(item, each)),
  properties: (value, each: Readonly<Record<string, Schema>>) =>
    entries(value).every(([key, inner]) => !Object.hasOwn(each, key) || fits(inner, each[key])),
  propertyNames: (value, each: Schema) => entries(value).every(([key]) => fits(key, each)),
  additionalProperties: (value, rest: Schema | boolean, { properties = {} }) =>
    entries(value).every(
      ([key, inner]) => Object.hasOwn(properties as object, key) || (rest !== false && fits(inner, rest)),
    ),
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
}

function fits(value: unknown, schema: Schema | true | undefined): boolean {
  if (schema === undefined) throw new Error('a reference leads nowhere')
  return Object.entries(schema).every(([keyword, of]) => {
    if (SAYS_NOTHING.includes(keyword)) return true
    const check = keywords[keyword]
    if (check === undefined) throw new Error(`unknown keyword ${keyword}`)
    return check(value, of as never, schema as Schema)
  })
}

const written = (path: string) => readPolicy(spec(`policies/${path}`)).written

describe('the JSON Schema of the written policy', () => {
  test.each(readdirSync(spec('policies/pairs')))('takes the right policy %s', (name) => {
    expect(fits(written(`pairs/${name}/written.yaml`), schema)).toBe(true)
  })

  test.each([
    'unknown-section',
    'foreign-section',
    'preset-unknown',
    'sections-in-routes-only',
    'environment-nested',
    'environment-not-chosen',
    'key-of-another-section',
    'route-lower-case',
    'route-no-slash',
    'route-section-not-allowed',
    'route-unknown-section',
    'variable-for-a-unit',
    'variable-for-a-mode',
    'cors-package-names',
    'cors-max-age-in-seconds',
    'cors-months',
    'client-off',
    'client-mode',
    'client-hops',
    'everything-at-once',
  ])('refuses the wrong policy %s', (name) => {
    expect(fits(written(`wrong/${name}.yaml`), schema)).toBe(false)
  })

  test('describes every section', () => {
    const definitions = schema['definitions'] as Record<string, Schema>
    for (const { name } of defences) expect(definitions[name]?.['description'], name).toBeTypeOf('string')
  })
})
