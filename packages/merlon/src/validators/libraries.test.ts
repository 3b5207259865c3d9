import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { json, tryInput } from '../defences/input/input.fixture.ts'
import type { InputOf } from '../index.ts'
import { holdToSuite } from './suite.fixture.ts'

holdToSuite('Valibot', {
  user: v.object({
    email: v.pipe(v.string(), v.email()),
    age: v.pipe(v.number(), v.integer(), v.minValue(18)),
    address: v.optional(v.object({ city: v.string() })),
    tags: v.optional(v.array(v.object({ name: v.string() }))),
  }),
  page: v.object({ page: v.optional(v.pipe(v.string(), v.transform(Number), v.number(), v.minValue(1)), '1') }),
  later: v.objectAsync({
    name: v.pipeAsync(
      v.string(),
      v.checkAsync(async (name) => name !== 'taken'),
    ),
  }),
})

const arkUser = type({
  email: 'string.email',
  age: 'number.integer >= 18',
  'address?': { city: 'string' },
  'tags?': type({ name: 'string' }).array(),
})
const arkPage = type({ page: type('string.numeric.parse').to('number >= 1').default('1') })

holdToSuite('ArkType', { user: arkUser, page: arkPage, later: undefined })

describe('ArkType', () => {
  test('is not asked what it does with keys that nobody has declared: they are unknown', async () => {
    const lenient = type({ name: 'string', '+': 'ignore' })
    const { errors } = await tryInput({ body: { use: 'lenient' } }, { lenient }, json({ name: 'a', isAdmin: true }))
    expect(errors).toEqual(['body /isAdmin: This field is not known here.'])
  })

  test('says itself which keys of any name it takes', async () => {
    const scores = type({ '[string]': 'number' })
    const { facts } = await tryInput({ body: { use: 'scores' } }, { scores }, json({ ada: 1, eve: 2 }))
    expect(facts.input?.body).toEqual({ ada: 1, eve: 2 })
  })
})

test('the types of all are known', () => {
  const section = {
    query: v.object({ q: v.string() }),
    body: type({ name: 'string' }),
  } as const
  expectTypeOf<InputOf<typeof section>['query']>().toEqualTypeOf<{ q: string }>()
  expectTypeOf<InputOf<typeof section>['body']>().toEqualTypeOf<{ name: string }>()
})
