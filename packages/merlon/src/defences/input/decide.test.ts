import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { json, tryInput } from './input.fixture.ts'

const User = z.object({ email: z.email(), born: z.coerce.date().optional() })
const Page = z.object({ page: z.coerce.number().min(1).default(1), q: z.string().optional() })
const body = { body: { use: 'User' } }
const code = { User, Page }

describe('what a handler gets', () => {
  test('is what the schema made, and nothing where there is no schema', async () => {
    const { facts, verdict } = await tryInput(body, code, json({ email: 'ada@example.com', born: '1815-12-10' }))
    expect(verdict).toBeUndefined()
    expect(facts.input).toEqual({
      params: undefined,
      query: undefined,
      headers: undefined,
      cookies: undefined,
      body: { email: 'ada@example.com', born: new Date('1815-12-10') },
    })
    expect(facts.body?.value).toBe(facts.input?.body)
    expect(facts.held).toEqual(facts.input)
  })

  test('is the same where it parses the bytes itself', async () => {
    const strip = { body: { use: 'User', unknown: 'strip' } }
    const { facts } = await tryInput(strip, code, json({ email: 'ada@example.com', isAdmin: true }))
    expect(new TextDecoder().decode(facts.body?.bytes)).toBe('{"email":"ada@example.com"}')
  })

  test('is a form again where it was one', async () => {
    const Form = z.object({ n: z.coerce.number(), tags: z.array(z.string()), none: z.string().optional() })
    const { facts } = await tryInput(
      { unknown: 'strip', body: { use: 'Form' } },
      { Form },
      {
        method: 'POST',
        headers: [['Content-Type', 'application/x-www-form-urlencoded']],
        body: 'n=1.50&tags=a+b&tags=c%26&x=y',
      },
    )
    expect(new TextDecoder().decode(facts.body?.bytes)).toBe('n=1.5&tags=a+b&tags=c%26')
  })

  test('can be what JSON cannot hold', async () => {
    const Big = z.object({ n: z.coerce.bigint() })
    const { facts } = await tryInput({ body: { use: 'Big' } }, { Big }, json({ n: '12' }))
    expect(facts.input?.body).toEqual({ n: 12n })
    expect(new TextDecoder().decode(facts.body?.bytes)).toBe('{"n":"12"}')
  })

  test('is not the raw query either', async () => {
    const strip = { query: { use: 'Page', unknown: 'strip' } }
    const { facts } = await tryInput(strip, code, { target: '/?debug=1&page=2&q=a%26b&%64ebug&=' })
    expect(facts.query).toBe('page=2&q=a%26b')
    expect(facts.input?.query).toEqual({ page: 2, q: 'a&b' })
  })
})

describe('fields that the schema renames', () => {
  const Renamed = z.object({ from: z.string() }).transform(({ from }) => ({ sender: from }))

  test('look unknown, which the part can be told', async () => {
    const refused = await tryInput({ body: { use: 'Renamed' } }, { Renamed }, json({ from: 'a' }))
    expect(refused.errors).toEqual(['body /from: This field is not known here.'])
    const { facts } = await tryInput(
      { body: { use: 'Renamed', unknown: 'strip' } },
      { Renamed },
      json({ from: 'a', x: 1 }),
    )
    expect(facts.input?.body).toEqual({ sender: 'a' })
  })
})

describe('a refusal', () => {
  test('names all parts, and says the first in words', async () => {
    const all = { ...body, query: { use: 'Page' } }
    const { verdict, errors, facts } = await tryInput(all, code, { ...json({ x: 1 }), target: '/?page=0&y=1' })
    expect(errors).toEqual([expect.stringMatching(/^query \/page: /), expect.stringMatching(/^body \/email: /)])
    expect(verdict).toMatchObject({
      code: 'input-invalid',
      detail: expect.stringMatching(/^query \/page: .* \(and 1 more\)$/),
      reason: 'input: query /page, body /email',
    })
    expect([facts.input, facts.held]).toEqual([undefined, undefined])
  })

  test('is given where the library fails and says nothing', async () => {
    const Mute = { '~standard': { version: 1, vendor: 'mute', validate: () => ({ issues: [] }) } }
    expect((await tryInput({ body: { use: 'Mute' } }, { Mute }, json({}))).verdict).toMatchObject({
      code: 'input-invalid',
    })
  })
})

describe('a schema that throws', () => {
  const boom = new Error('hunter2')
  const Thrower = {
    '~standard': {
      version: 1,
      vendor: 'x',
      validate: () => {
        throw boom
      },
    },
  }
  const Rejecter = {
    '~standard': {
      version: 1,
      vendor: 'x',
      validate: async () => {
        throw boom
      },
    },
  }

  test.each([
    ['at once', Thrower],
    ['later', Rejecter],
  ])('%s fails the request as a handler would', async (_when, T) => {
    await expect(tryInput({ body: { use: 'T' } }, { T }, json({}))).rejects.toBe(boom)
  })

  test.each([
    ['at once', Thrower],
    ['later', Rejecter],
  ])('%s stands in nobody’s way in observe', async (_when, T) => {
    const { verdict, logged } = await tryInput({ mode: 'observe', body: { use: 'T' } }, { T }, json({}))
    expect(verdict).toBeUndefined()
    expect(logged).toEqual([expect.objectContaining({ event: 'input-failed', err: boom })])
  })
})

test('of two schemas that fail, one now and one later, nobody is left unheard', async () => {
  const unheard: unknown[] = []
  const hear = (error: unknown) => unheard.push(error)
  process.on('unhandledRejection', hear)
  const later = { '~standard': { version: 1, vendor: 'x', validate: async () => Promise.reject(new Error('later')) } }
  const now = {
    '~standard': {
      version: 1,
      vendor: 'x',
      validate: () => {
        throw new Error('now')
      },
    },
  }
  const both = { query: { use: 'later' }, body: { use: 'now' } }
  await expect(tryInput(both, { later, now }, json({}))).rejects.toThrow()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', hear)
  expect(unheard).toEqual([])
})

describe('in observe', () => {
  test('what is not valid is handed on as it came, and what is as it was made', async () => {
    const all = { mode: 'observe', ...body, query: { use: 'Page' } }
    const { facts, errors } = await tryInput(all, code, { ...json({ email: 'ada', x: 1 }), target: '/?page=2' })
    expect(errors).toHaveLength(1)
    expect(facts.input).toMatchObject({ query: { page: 2 }, body: { email: 'ada', x: 1 } })
    expect([facts.query, facts.body?.value, facts.held]).toEqual(['page=2', { email: 'ada', x: 1 }, undefined])
  })

  test('a body of another type is left as it is', async () => {
    const upload = { method: 'POST', headers: [['Content-Type', 'text/plain']] as const, body: 'hello' }
    expect((await tryInput({ mode: 'observe', ...body }, code, upload)).verdict).toMatchObject({
      code: 'input-invalid',
    })
    expect((await tryInput(body, code, upload)).verdict).toMatchObject({ code: 'unsupported-media-type' })
  })
})

test('objects that parsers make have no way to a prototype', async () => {
  const Any = z.record(z.string(), z.unknown())
  const { facts } = await tryInput(
    { query: { use: 'Any' }, cookies: { use: 'Any' }, headers: { use: 'Any' } },
    { Any },
    {
      target: '/?constructor=1&toString=2',
      headers: [
        ['Cookie', 'a=1; __proto__=2'],
        ['__proto__', 'x'],
      ],
    },
  )
  for (const part of [facts.input?.query, facts.input?.cookies, facts.input?.headers]) {
    expect(Object.getPrototypeOf(Object.assign({}, part))).toBe(Object.prototype)
  }
  expect((await tryInput({ query: { use: 'Any' } }, { Any }, { target: '/?__proto__=1' })).errors).toHaveLength(1)
})

test('nothing is compiled where there is nothing to hold to', async () => {
  expect((await tryInput({}, {}, {})).facts.input).toBeUndefined()
  expect((await tryInput('off', {}, {})).facts.input).toBeUndefined()
})
