import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { bindingOf, namesIn } from './code.ts'
import { definePolicy } from './define.ts'
import { formatMistake } from './mistake.ts'

const told = (written: unknown) => definePolicy(written).mistakes.map((each) => each.message)
const NewUser = z.object({ email: z.email() })
const byHand = { '~standard': { version: 1, vendor: 'hand', validate: (value: unknown) => ({ value }) } }

describe('code in a policy', () => {
  test('is named by its place, and kept beside the policy', () => {
    const policy = definePolicy({
      input: { query: byHand },
      routes: { 'POST /users': { input: { body: NewUser } } },
      environments: { development: { routes: { '/a': { input: { headers: { use: NewUser } } } } } },
    })
    expect(policy.mistakes).toEqual([])
    expect(policy.written).toEqual({
      input: { query: { use: 'input.query' } },
      routes: { 'POST /users': { input: { body: { use: 'routes["POST /users"].input.body' } } } },
      environments: {
        development: {
          routes: { '/a': { input: { headers: { use: 'environments.development.routes["/a"].input.headers' } } } },
        },
      },
    })
    expect([...policy.code.values()]).toEqual([byHand, NewUser, NewUser])
  })

  test('leaves nothing in the policy but text', () => {
    const { written } = definePolicy({ input: { body: NewUser } })
    expect(JSON.parse(JSON.stringify(written))).toEqual(written)
  })

  test('stands beside what else is said of it', () => {
    const policy = definePolicy({ input: { body: { use: NewUser, unknown: 'strip' } } })
    expect(policy.written).toEqual({ input: { body: { use: 'input.body', unknown: 'strip' } } })
    expect(policy.code.get('input.body')).toBe(NewUser)
  })

  test('may stand where code is meant, and nowhere else', () => {
    expect(told({ cors: () => true })).toEqual(['expected plain data, got a function'])
    expect(told({ input: () => true })).toEqual(['expected plain data, got a function'])
    expect(told({ input: { mode: () => true } })).toEqual(['expected plain data, got a function'])
    expect(told({ input: { body: { unknown: () => true } } })).toEqual(['expected plain data, got a function'])
    expect(told({ limits: { input: { body: NewUser } } })[0]).toMatch(/^expected plain data/)
    expect(told({ routes: { input: { body: NewUser } } })[0]).toMatch(/^expected plain data/)
    expect(told({ input: { body: () => true } })).toEqual([])
  })

  test('of another kind is no code: an instance of a class is a mistake as ever', () => {
    expect(told({ input: { body: new Date(0) } })).toEqual(['expected plain data, got a Date'])
    expect(told({ input: { body: { '~standard': { version: 2, validate: () => 1 } } } })).not.toEqual([])
  })

  test('that throws when it is looked at is no way in', () => {
    const trap = new Proxy({}, { get: () => expect.unreachable, has: () => true })
    const hostile = {
      get '~standard'(): unknown {
        throw new Error('no')
      },
    }
    expect(definePolicy({ input: { body: hostile } }).mistakes.map(formatMistake)).toHaveLength(1)
    expect(definePolicy({ input: { body: trap } }).written).toEqual({ input: { body: {} } })
  })
})

test('the names in a policy are found wherever they stand', () => {
  const written = { input: { body: { use: 'A' } }, routes: { '/a': { x: [{ use: 'B' }], use: 1 } } }
  expect([...namesIn(written)]).toEqual(['A', 'B'])
})

test('the line that binds a name can be pasted', () => {
  expect(bindingOf('NewUser')).toBe('merlon(policy, { code: { NewUser } })')
  expect(bindingOf('input.body')).toBe('merlon(policy, { code: { "input.body": … } })')
})
