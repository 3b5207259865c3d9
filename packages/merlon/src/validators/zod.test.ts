import { expect, test } from 'vitest'
import * as z from 'zod'
import * as mini from 'zod/mini'
import type { Issue, Validator } from '../contract/validator.ts'
import { json, tryInput } from '../defences/input/input.fixture.ts'
import { holdToSuite } from './suite.fixture.ts'

const isFree = async (name: string) => name !== 'taken'

holdToSuite('Zod', {
  user: z.object({
    email: z.email(),
    age: z.int().min(18),
    address: z.object({ city: z.string() }).optional(),
    tags: z.array(z.object({ name: z.string() })).optional(),
  }),
  page: z.object({ page: z.coerce.number().min(1).default(1) }),
  later: z.object({ name: z.string().refine(isFree) }),
})

holdToSuite('Zod Mini', {
  user: mini.object({
    email: mini.email(),
    age: mini.int().check(mini.minimum(18)),
    address: mini.optional(mini.object({ city: mini.string() })),
    tags: mini.optional(mini.array(mini.object({ name: mini.string() }))),
  }),
  page: mini.object({ page: mini._default(mini.coerce.number().check(mini.minimum(1)), 1) }),
  later: mini.object({ name: mini.string().check(mini.refine(isFree)) }),
})

test('a strict object of Zod refuses by itself, in the same words', async () => {
  const User = z.strictObject({ name: z.string(), address: z.strictObject({ city: z.string() }) })
  const sent = json({ name: 'Ada', address: { city: 'London', owner: 1 }, isAdmin: true, a: 1 })
  for (const unknown of ['refuse', 'strip']) {
    const { errors } = await tryInput({ unknown, body: { use: 'User' } }, { User }, sent)
    expect(errors).toEqual([
      'body /address/owner: This field is not known here.',
      'body /isAdmin: This field is not known here.',
      'body /a: This field is not known here.',
    ])
  }
})

test('a loose object of Zod says that it takes any field', async () => {
  const User = z.looseObject({ name: z.string() })
  const { facts } = await tryInput({ body: { use: 'User' } }, { User }, json({ name: 'Ada', more: { a: 1 } }))
  expect(facts.input?.body).toEqual({ name: 'Ada', more: { a: 1 } })
})

/** A library of one's own: the interface, and nothing else. */
function byHand(judge: (value: Readonly<Record<string, unknown>>, issues: Issue[]) => unknown): Validator {
  return {
    '~standard': {
      version: 1,
      vendor: 'by hand',
      validate(value) {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) {
          return { issues: [{ message: 'expected an object' }] }
        }
        const issues: Issue[] = []
        const output = judge(value as Readonly<Record<string, unknown>>, issues)
        return issues.length > 0 ? { issues } : { value: output }
      },
    },
  }
}

interface Written {
  readonly email?: unknown
  readonly age?: unknown
  readonly address?: { readonly city: unknown }
  readonly tags?: readonly { readonly name: unknown }[]
}

holdToSuite('a schema written by hand', {
  user: byHand((value: Written, issues) => {
    const { email, age, address, tags } = value
    if (typeof email !== 'string' || !email.includes('@'))
      issues.push({ message: `no address: ${email}`, path: ['email'] })
    if (typeof age !== 'number' || age < 18) issues.push({ message: 'expected 18 or more', path: [{ key: 'age' }] })
    if (address && typeof address.city !== 'string')
      issues.push({ message: 'expected text', path: ['address', 'city'] })
    for (const [at, { name }] of (tags ?? []).entries()) {
      if (typeof name !== 'string') issues.push({ message: 'expected text', path: ['tags', { key: at }, 'name'] })
    }
    return {
      email,
      age,
      ...(address && { address: { city: address.city } }),
      ...(tags && { tags: tags.map(({ name }) => ({ name })) }),
    }
  }),
  page: byHand(({ page = '1' }, issues) => {
    const number = typeof page === 'string' ? Number(page) : Number.NaN
    if (!(number >= 1)) issues.push({ message: 'expected a page', path: ['page'] })
    return { page: number }
  }),
  later: undefined,
})
