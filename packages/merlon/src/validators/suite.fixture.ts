import { describe, expect, test } from 'vitest'
import type { Validator } from '../contract/validator.ts'
import { json, tryInput } from '../defences/input/input.fixture.ts'

/** The same few schemas, as each library writes them. */
export interface Library {
  /** `{ email: an address, age: a whole number from 18 on, address?: { city: text }, tags?: [{ name: text }] }` */
  readonly user: Validator
  /** `{ page: a number from 1 on, read from text; 1 where there is none }` */
  readonly page: Validator
  /** `{ name: text, and not "taken", which is asked elsewhere }`; undefined where the library cannot wait. */
  readonly later: Validator | undefined
}

const ada = { email: 'ada@example.com', age: 36 }

/** What every library that speaks Standard Schema has to come to. */
export function holdToSuite(name: string, { user, page, later }: Library): void {
  const code = { user, page, later }
  const inBody = (unknown: 'refuse' | 'strip') => ({ body: { use: 'user', unknown } })

  describe(name, () => {
    test('lets pass what is valid', async () => {
      const { facts, errors } = await tryInput(inBody('refuse'), code, json({ ...ada, address: { city: 'London' } }))
      expect(errors).toEqual([])
      expect(facts.input?.body).toEqual({ ...ada, address: { city: 'London' } })
    })

    test('tells all that is wrong, each at its place', async () => {
      const wrong = { email: 'ada', age: 17, address: { city: 1 }, tags: [{ name: 'a' }, { name: null }] }
      const { errors } = await tryInput(inBody('refuse'), code, json(wrong))
      const places = errors.map((each) => each.split(': ', 1)[0])
      expect(places.sort()).toEqual(['body /address/city', 'body /age', 'body /email', 'body /tags/1/name'])
    })

    test('tells what is missing', async () => {
      const { errors } = await tryInput(inBody('refuse'), code, json({ age: 36 }))
      expect(errors).toEqual([expect.stringMatching(/^body \/email: \S/)])
    })

    test.each([undefined, null, 'hunter2', 4711])('tells that %j is no object', async (value) => {
      const { errors } = await tryInput(inBody('refuse'), code, { ...json(1), value })
      expect(errors).toEqual([expect.stringMatching(/^body : \S/)])
    })

    test('does not take a list for an object', async () => {
      const { errors } = await tryInput(inBody('refuse'), code, json([ada]))
      expect(errors).not.toEqual([])
    })

    test('tells no value back', async () => {
      const { errors } = await tryInput(inBody('refuse'), code, json({ email: 'hunter2', age: 'correct horse' }))
      expect(errors).toHaveLength(2)
      expect(errors.join()).not.toMatch(/hunter2|correct/)
    })

    const more = { ...ada, isAdmin: true, address: { city: 'a', owner: 'b' }, tags: [{ name: 'c', role: 'd' }] }

    test('does not know what it does not name, at any depth', async () => {
      const { errors } = await tryInput(inBody('refuse'), code, json(more))
      const places = errors.map((each) => each.split(': ', 1)[0])
      expect(places.sort()).toEqual(['body /address/owner', 'body /isAdmin', 'body /tags/0/role'])
    })

    test('strips the same', async () => {
      const { facts } = await tryInput(inBody('strip'), code, json(more))
      expect(facts.input?.body).toEqual({ ...ada, address: { city: 'a' }, tags: [{ name: 'c' }] })
      expect(JSON.parse(new TextDecoder().decode(facts.body?.bytes))).toEqual(facts.input?.body)
    })

    test('makes numbers of texts where it says so, and fills in what is left out', async () => {
      const query = { query: { use: 'page' } }
      expect((await tryInput(query, code, { target: '/?page=12' })).facts.input?.query).toEqual({ page: 12 })
      expect((await tryInput(query, code, { target: '/' })).facts.input?.query).toEqual({ page: 1 })
      const wrong = ['/?page=0', '/?page=x', '/?page=1&page=2', '/?page=1&q=a', '/?page[]=1']
      for (const target of wrong) expect((await tryInput(query, code, { target })).errors, target).not.toEqual([])
    })

    if (later) {
      test('may take its time', async () => {
        const body = { body: { use: 'later' } }
        expect((await tryInput(body, code, json({ name: 'free' }))).errors).toEqual([])
        expect((await tryInput(body, code, json({ name: 'taken' }))).errors).toHaveLength(1)
      })
    }
  })
}
