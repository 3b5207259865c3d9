import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Log } from '../contract/log.ts'
import { merlon } from '../express.ts'
import { merlon as web } from '../fetch.ts'
import { merlon as node } from '../node.ts'

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

function mistakesOf(section: unknown): string {
  const guard = merlon({}, { log: silent, env: {}, code: { NewUser, Text: 'text' } })
  try {
    guard.route(section as object)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

const NewUser = z.object({ name: z.string() })

describe('what is wrong with an inline route', () => {
  test('is thrown where it is defined, all at once, with the line of the call', () => {
    const message = mistakesOf({ limits: '10 a minute', size: 'big', limit: '1/1m' })
    expect(message).toContain('the policy has 3 mistakes')
    expect(message).toMatch(/guard\/inline\.test\.ts:\d+:\d+ {2}limits\n {2}expected a rate such as/)
    expect(message).toMatch(/ {2}size\n {2}expected a size with its unit/)
    expect(message).toMatch(/ {2}limit\n[\s\S]*did you mean "limits"\?/)
  })

  test.each([
    [{ cors: 'off' }, '"cors" in the policy, under "routes": an inline route comes too late for it'],
    [{ headers: 'pages' }, 'an inline route comes too late for it'],
    [{ limits: 'off' }, 'limits to add: those of the policy have counted already'],
    [{ limits: { general: '5/1m' } }, 'a limit of another name: "general" has counted already'],
    [{ limits: { skip: ['/a'], few: '5/1m' } }, 'limits alone: this is for the policy to say'],
    [{ size: { body: '1kb', depth: 3 } }, '"body" alone: the rest is judged before a route is reached'],
    [{ size: 'off' }, '"body" alone'],
    [{ limits: { few: { rate: '5/1m', max: 3 } } }, 'did you mean'],
    [{ input: 'off' }, 'schemas to add: those of the policy have been held to already'],
    [{ input: { body: 'off' } }, 'input.body\n  expected schemas to add'],
    [
      { input: { body: { use: 'NewUsr' } } },
      'code that is bound to the name "NewUsr", got nothing\n  did you mean "NewUser"?',
    ],
    [{ input: { body: { use: 'Text' } } }, 'a schema that speaks Standard Schema v1'],
    [{ input: { body: () => true } }, 'a schema that speaks Standard Schema v1'],
    [{ input: { body: { name: 'text' } } }, 'the name of a schema that the program binds'],
    [{ input: { boby: { use: 'NewUser' } } }, 'did you mean "body"?'],
    [{ name: 'Sign up' }, 'a name in lower case letters, digits and single dashes'],
    [{ limits: () => '5/1m' }, 'expected plain data, got a function'],
    ['5/1m', 'an object of sections'],
  ])('%j', (section, expected) => {
    expect(mistakesOf(section)).toContain(expected)
  })

  test('is told at the line of the call, and schemas that stand in it are not', () => {
    const message = mistakesOf({ input: { body: { use: 'Nobody' }, query: NewUser } })
    expect(message).toContain('the policy has a mistake')
    expect(message).toMatch(/guard\/inline\.test\.ts:\d+:\d+ {2}input\.body\.use\n/)
  })

  test('parameters can be validated where a router of the host has taken them from the path', () => {
    const section = { input: { params: NewUser } }
    expect(mistakesOf(section)).toBe('')
    const early = 'in the policy, under "routes": no router of this host has taken parameters from the path by now'
    const options = { log: silent, env: {} }
    expect(() => node({}, options).route(section, () => {})).toThrow(early)
    expect(() => web({}, options).route(section, () => new Response())).toThrow(early)
  })

  test('a name is taken once, as two routes would share its counters', () => {
    const guard = merlon({}, { log: silent, env: {} })
    guard.route({ limits: '5/1m', name: 'sign-up' })
    expect(() => guard.route({ limits: '5/1m', name: 'sign-up' })).toThrow('a name that no other inline route has')
  })
})
