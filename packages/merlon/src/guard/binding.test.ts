import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { merlon } from '../node.ts'
import { definePolicy } from '../policy/define.ts'
import { PolicyError } from '../policy/mistake.ts'
import { Binding } from './binding.ts'
import type { GuardOptions, PolicyInput } from './build.ts'

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const NewUser = z.object({ email: z.email() })
const named = { routes: { 'POST /users': { input: { body: { use: 'NewUser' } } } } } as const

function said(policy: PolicyInput, options: GuardOptions): readonly string[] {
  try {
    merlon(policy, { log, env: {}, ...options })
    return []
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return error.mistakes.map(({ path, message, suggestion }) => [path.join(' '), message, suggestion].join(' | '))
  }
}

describe('a name in a policy', () => {
  test('is bound by the program', () => {
    expect(said(named, { code: { NewUser } })).toEqual([])
  })

  test('that nothing is bound to stops the start, with the line to write', () => {
    expect(said(named, {})).toEqual([
      'routes POST /users input body use | expected code that is bound to the name "NewUser", got nothing | bind it: merlon(policy, { code: { NewUser } })',
    ])
  })

  test('that is spelled otherwise is told with the one that was meant', () => {
    expect(said(named, { code: { NewUsr: NewUser } })[0]).toContain('did you mean "NewUsr"?')
  })

  test('is no way into the objects of the language', () => {
    expect(said({ input: { body: { use: 'toString' } } }, { code: {} })).toHaveLength(1)
    expect(said({ input: { body: { use: '__proto__' } } }, { code: {} })).toHaveLength(1)
  })

  test('that a route inherits is one mistake, not one for each route', () => {
    const policy = { input: { query: { use: 'Page' } }, routes: { '/a': { input: 'enforce' }, '/b': {} } } as const
    expect(said(policy, {})).toHaveLength(1)
  })

  test('has to be a schema where one is meant', () => {
    expect(said(named, { code: { NewUser: () => true } })[0]).toMatch(
      /^routes POST \/users input body use \| expected a schema/,
    )
    expect(said({ input: { body: (() => true) as never } }, {})[0]).toMatch(/^input body.* \| expected a schema/)
  })

  test('cannot be bound where there is no program, which is said at the start', () => {
    expect(said(named, { code: false })).toEqual([
      'routes POST /users input body use | expected a policy that needs no code: this host runs none, so nothing can be bound to "NewUser" | let the application\'s own guard do it: merlon(policy, { code: { NewUser } })',
    ])
    expect(said(definePolicy({ input: { body: NewUser } }), { code: false })).toHaveLength(1)
    expect(said({ routes: { '/a': { input: { mode: 'off', body: { use: 'A' } } } } }, { code: false })).toEqual([])
  })
})

describe('code in a policy', () => {
  test('is bound by itself, in whichever entry the policy is used', () => {
    expect(said({ input: { body: NewUser } }, {})).toEqual([])
    expect(said(definePolicy({ routes: { 'POST /users': { input: { body: NewUser } } } }), { code: {} })).toEqual([])
  })
})

test('what is bound and never used is a finding; what another environment uses is not', () => {
  const policy = definePolicy({ environments: { development: { input: { body: { use: 'NewUser' } } } } })
  const binding = new Binding(policy, { NewUser, Forgotten: NewUser })
  expect(binding.unused()).toMatchObject([
    { code: 'code-unused', severity: 'warning', write: expect.stringContaining('"Forgotten"') },
  ])
})
