import { describe, expect, test } from 'vitest'
import type { Build } from '../../contract/defence.ts'
import { PROBLEM, Problem, problem } from '../../contract/problem.ts'
import type { Refusal } from '../../contract/verdict.ts'
import { compile } from './decide.ts'
import { principalOf, tryPrincipal } from './principal.fixture.ts'
import type { RequestToIdentify } from './request.ts'

describe('who is recognised', () => {
  test('is the principal, frozen, scopes and all', async () => {
    const scopes = ['orders:read']
    const { facts, verdict } = await tryPrincipal(() => ({ id: 'user:42', tier: 'pro', scopes, role: 'admin' }))
    expect(verdict).toBeUndefined()
    expect(facts.principal).toEqual({ id: 'user:42', tier: 'pro', scopes: ['orders:read'] })
    expect(Object.isFrozen(facts.principal) && Object.isFrozen(facts.principal?.scopes)).toBe(true)
    scopes.push('*')
    expect(facts.principal?.scopes).toEqual(['orders:read'])
  })

  test('has no tier and no scopes where the function says nothing of them', async () => {
    const { facts } = await tryPrincipal(async () => ({ id: 'user:42' }))
    expect(facts.principal).toEqual({ id: 'user:42', tier: undefined, scopes: [] })
  })

  test('may be called by names that are objects’ own: they stay texts', async () => {
    const { facts } = await tryPrincipal(() => ({
      id: '__proto__',
      tier: '__proto__',
      scopes: ['__proto__', 'constructor'],
    }))
    expect(facts.principal).toEqual({ id: '__proto__', tier: '__proto__', scopes: ['__proto__', 'constructor'] })
    expect(Object.getPrototypeOf(facts.principal)).toBe(Object.prototype)
    expect(({} as { scopes?: unknown }).scopes).toBeUndefined()
  })

  test('may come from an instance of a class, and with more than is asked for', async () => {
    class User {
      get id() {
        return 'user:7'
      }
    }
    expect((await tryPrincipal(() => new User())).facts.principal?.id).toBe('user:7')
  })
})

describe('nobody', () => {
  test('passes where nobody is required', async () => {
    const { facts, verdict } = await tryPrincipal(() => undefined)
    expect([facts.principal, verdict]).toEqual([undefined, undefined])
  })

  test('is answered 401 where somebody is, with the scheme that the policy names', async () => {
    const plain = (await tryPrincipal(async () => undefined, { required: true })).verdict as Refusal
    expect([plain.code, plain.headers]).toEqual(['unauthenticated', undefined])
    const named = (await tryPrincipal(() => undefined, { required: true, scheme: 'Basic', realm: 'the shop' })).verdict
    expect((named as Refusal).headers).toEqual(['WWW-Authenticate', 'Basic realm="the shop"'])
  })

  test('is nobody for each request anew', async () => {
    let known = true
    const whoIs = () => (known ? { id: 'a' } : undefined)
    const { steps } = compile(principalOf({ use: 'whoIs' }), { code: () => whoIs } as unknown as Build)
    const { facts } = await tryPrincipal(whoIs)
    known = false
    steps?.['principal']?.(facts)
    expect(facts.principal).toBeUndefined()
  })
})

describe('an answer that is neither', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['false', false],
    ['true', true],
    ['a text', 'user:42'],
    ['a list', [{ id: 'a' }]],
    ['an empty object', {}],
    ['a number as id', { id: 42 }],
    ['an empty id', { id: '' }],
    ['a long id', { id: 'a'.repeat(257) }],
    ['an id that breaks the line', { id: 'a\r\nSet-Cookie: b' }],
    ['an id with a NUL', { id: 'a\0' }],
    ['an id with half a character', { id: 'a\ud800' }],
    ['a line separator', { id: 'a\u2028b' }],
    ['a String object as id', { id: new String('a') }],
    ['a tier that is no text', { id: 'a', tier: 1 }],
    ['null as tier', { id: 'a', tier: null }],
    ['an empty tier', { id: 'a', tier: '' }],
    ['scopes in one text', { id: 'a', scopes: 'a b' }],
    ['a Set of scopes', { id: 'a', scopes: new Set(['a']) }],
    ['a scope that is no text', { id: 'a', scopes: ['a', 7] }],
    ['a hole in the scopes', { id: 'a', scopes: new Array(1) }],
    ['a scope that breaks the line', { id: 'a', scopes: ['a\nb'] }],
    ['scopes without end', { id: 'a', scopes: new Array(2000).fill('a') }],
    ['a list that looks like text', { id: ['a'] }],
  ])('is an error, never an anonymous pass: %s', async (_, answer) => {
    for (const whoIs of [() => answer, async () => answer]) {
      await expect(tryPrincipal(whoIs)).rejects.toThrow(/^the function of "principal" has to give undefined, or/)
    }
  })

  test('is told by its kind, and never by its value', async () => {
    const error = await tryPrincipal(() => ({ id: 'a', scopes: 'hunter2 hunter3' })).catch((thrown) => thrown)
    expect(error.message).toMatch(/"scopes" to be a list of texts, got a string; split it where it has spaces$/)
    expect(JSON.stringify([error.message, error.stack])).not.toContain('hunter2')
  })

  test('may be a thenable that gives nothing back: it is waited for all the same', async () => {
    const thenable = {
      // biome-ignore lint/suspicious/noThenProperty: it is what some libraries give
      then: (settle: (value: unknown) => void) => void setTimeout(() => settle(undefined), 1),
    }
    const { verdict } = await tryPrincipal(() => thenable, { required: true })
    expect((verdict as Refusal).code).toBe('unauthenticated')
  })
})

describe('a function that throws', () => {
  test('speaks where it throws a problem', async () => {
    const thrown = problem(401, { detail: 'The session is over.' })
    for (const whoIs of [
      () => {
        throw thrown
      },
      async () => {
        throw thrown
      },
    ]) {
      expect(await tryPrincipal(whoIs).catch((error) => error)).toBe(thrown)
    }
  })

  test.each<[string, unknown]>([
    ['an error', new Error('connect ECONNREFUSED db.internal')],
    ['an error with a status of somewhere else', Object.assign(new Error('no such user'), { status: 404 })],
    ['a text', 'hunter2'],
    ['nothing', undefined],
  ])('fails where it throws %s, whatever status that has', async (_, thrown) => {
    for (const whoIs of [
      () => {
        throw thrown
      },
      () => Promise.reject(thrown),
    ]) {
      const error = await tryPrincipal(whoIs).catch((caught) => caught)
      expect(error.message).toBe('the function of "principal" failed')
      expect(error.cause).toBe(thrown)
      expect(PROBLEM in error || 'status' in error).toBe(false)
    }
  })

  test('fails where the answer throws when it is read', async () => {
    const answer = {
      get id(): string {
        throw Object.assign(new Error('lazy'), { status: 404 })
      },
    }
    await expect(tryPrincipal(() => answer)).rejects.toThrow('the function of "principal" failed')
  })
})

test('code that is no function is a mistake of the policy', () => {
  const said: string[] = []
  const build = { code: () => ({ id: 'a' }), mistake: (_: unknown, expected: string) => said.push(expected) }
  expect(compile(principalOf({ use: 'whoIs' }), build as unknown as Build)).toEqual({})
  expect(said[0]).toMatch(/^a function/)
})

describe('the request', () => {
  const read = async (
    whoIs: (request: RequestToIdentify) => unknown,
    headers: readonly (readonly [string, string])[],
  ) => {
    let seen: unknown
    await tryPrincipal(
      (request: RequestToIdentify) => {
        seen = whoIs(request)
        return undefined
      },
      {},
      { target: '/books/12?q=a', headers, params: { id: '12' } },
    )
    return seen
  }

  test('has what authentication needs, and can be taken apart', async () => {
    const seen = await read(
      ({ method, path, params, client, header, cookie, native }) => [
        method,
        path,
        params,
        client.address,
        header('AUTHORIZATION'),
        cookie('session'),
        native,
      ],
      [
        ['Authorization', 'Bearer abc'],
        ['Cookie', 'a=1; session="abc"'],
      ],
    )
    expect(seen).toEqual(['GET', '/books/12', { id: '12' }, '', 'Bearer abc', 'abc', undefined])
  })

  test('refuses a second Authorization: which of them others read is not known', async () => {
    const seen = read(
      ({ header }) => header('authorization'),
      [
        ['Authorization', 'Bearer a'],
        ['authorization', 'Bearer b'],
      ],
    )
    await expect(seen).rejects.toThrow(Problem)
    await expect(seen).rejects.toMatchObject({ status: 400 })
  })

  test.each([
    [['session=good; session=evil']],
    [['session=good', 'session=evil']],
    [['session=good;session="good"']],
    [['session=good; a=1; session=']],
  ])('refuses a cookie that came twice: %j', async (lines) => {
    const seen = read(
      ({ cookie }) => cookie('session'),
      lines.map((line) => ['Cookie', line] as const),
    )
    await expect(seen).rejects.toMatchObject({ status: 400 })
  })

  test.each([
    ['session', 'Session=evil; SESSION=evil', undefined],
    ['session', 'xsession=evil; session-id=evil', undefined],
    ['session', 'session', undefined],
    ['session', 'a=1,session=evil', undefined],
    ['session', 'a="x; session=good', 'good'],
    ['session', 'session=a=b=c', 'a=b=c'],
    ['session', 'session=%61', '%61'],
    ['__proto__', '__proto__=evil', undefined],
    ['constructor', 'a=1', undefined],
    ['toString', 'a=1', undefined],
  ])('reads the cookie %s in %j as %j', async (name, line, value) => {
    expect(await read(({ cookie }) => cookie(name), [['Cookie', line]])).toBe(value)
  })
})
