import { describe, expect, test } from 'vitest'
import type { Log } from '../contract/log.ts'
import { merlon } from '../express.ts'

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

function mistakesOf(section: unknown): string {
  const guard = merlon({}, { log: silent, env: {} })
  try {
    guard.route(section as object)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

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
    [{ name: 'Sign up' }, 'a name in lower case letters, digits and single dashes'],
    [{ limits: () => '5/1m' }, 'expected plain data, got a function'],
    ['5/1m', 'an object of sections'],
  ])('%j', (section, expected) => {
    expect(mistakesOf(section)).toContain(expected)
  })

  test('a name is taken once, as two routes would share its counters', () => {
    const guard = merlon({}, { log: silent, env: {} })
    guard.route({ limits: '5/1m', name: 'sign-up' })
    expect(() => guard.route({ limits: '5/1m', name: 'sign-up' })).toThrow('a name that no other inline route has')
  })
})
