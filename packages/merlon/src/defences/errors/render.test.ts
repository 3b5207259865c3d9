import { describe, expect, test } from 'vitest'
import { problems } from '../../contract/problems.generated.ts'
import { refuse } from '../../contract/verdict.ts'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { compile, local } from './errors.fixture.ts'

const facts = new FakeFacts()
const show = (refusal: ReturnType<typeof refuse>, written: unknown = {}, id = 'r-1') => {
  const rendered = compile(written).render(facts, refusal, id, undefined)
  return { ...rendered, json: JSON.parse(rendered.body) }
}

describe('a refusal as problem details', () => {
  test('has type, title, status and the id of the request, for every code', () => {
    for (const [code, { status, title }] of Object.entries(problems)) {
      const shown = show(refuse(code as keyof typeof problems))
      const type =
        code === 'rate-limited'
          ? 'https://iana.org/assignments/http-problem-types#quota-exceeded'
          : `urn:merlon:problem:${code}`
      expect(shown.status).toBe(status)
      expect(shown.json).toEqual({ type, title, status, requestId: 'r-1' })
      expect(shown.headers).toEqual(['Content-Type', 'application/problem+json', 'Cache-Control', 'no-store'])
    }
  })

  test('has what the refusal says on purpose, and not its reason', () => {
    const refusal = refuse('rate-limited', {
      detail: 'Try again in 3 seconds.',
      reason: 'limits: hunter2',
      headers: ['Retry-After', '3'],
      members: { 'violated-policies': ['login'] },
    })
    const shown = show(refusal)
    expect(shown.json).toMatchObject({ detail: 'Try again in 3 seconds.', 'violated-policies': ['login'] })
    expect(shown.headers.slice(-2)).toEqual(['Retry-After', '3'])
    expect(shown.body).not.toContain('hunter2')
  })

  test('can have types, titles and statuses of the application', () => {
    expect(show(refuse('not-found'), { typeBase: 'https://api.example.com/problems/' }).json.type).toBe(
      'https://api.example.com/problems/not-found',
    )
    const own = refuse('client-error', { status: 402, type: 'https://example.com/no-credit', title: 'No "credit"' })
    expect(show(own).status).toBe(402)
    expect(show(own).json).toMatchObject({ status: 402, type: 'https://example.com/no-credit', title: 'No "credit"' })
    expect(show(refuse('client-error', { status: 200 })).status).toBe(400)
  })

  test('cannot be broken out of by what varies in it', () => {
    const evil = '","status":200,"admin":true,"x":"\\\u0000\n\u2028</script>\ud800'
    const shown = show(refuse('not-found', { detail: evil, members: { [evil]: evil } }), {}, evil)
    expect(Object.keys(shown.json).sort()).toEqual(['title', 'type', 'status', 'detail', 'requestId', evil].sort())
    expect(shown.json).toMatchObject({ status: 404, detail: evil, requestId: evil, [evil]: evil })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(shown.body).not.toMatch(/[\u0000-\u001f\ud800-\udfff]/)
  })

  test('keeps its standard members, whatever the others are called', () => {
    const members = { type: 'x', title: 'x', status: 200, detail: 'x', requestId: 'x', stack: 'x', extra: 1 }
    expect(show(refuse('conflict', { members })).json).toEqual({
      type: 'urn:merlon:problem:conflict',
      title: problems.conflict.title,
      status: 409,
      requestId: 'r-1',
      extra: 1,
    })
  })

  test('hands nobody a prototype to change', () => {
    const members = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}')
    const shown = show(refuse('conflict', { members }))
    expect(shown.body).not.toContain('polluted')
    expect(Object.assign({}, shown.json).polluted).toBe(undefined)
    expect(({} as Record<string, unknown>)['polluted']).toBe(undefined)
  })

  test('leaves out members that cannot be written, and goes out', () => {
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    const members = {
      big: 1n,
      circular,
      nothing: undefined,
      code: () => 1,
      toJSON: 'kept',
      json: {
        toJSON() {
          throw new Error('hunter2')
        },
      },
      get throws() {
        throw new Error('hunter2')
      },
    }
    expect(Object.keys(show(refuse('conflict', { members })).json)).toEqual([
      'type',
      'title',
      'status',
      'requestId',
      'toJSON',
    ])
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(show(refuse('conflict', { members: proxy })).status).toBe(409)
  })
})

describe('a refusal as { error }', () => {
  test('has code, message and the id of the request', () => {
    const shown = show(refuse('not-found'), 'error')
    expect(shown.json).toEqual({ error: { code: 'not-found', message: 'There is nothing here', requestId: 'r-1' } })
    expect(shown.headers).toEqual(['Content-Type', 'application/json', 'Cache-Control', 'no-store'])
    expect(shown.status).toBe(404)
  })

  test('says the detail, else the title, and keeps its own members', () => {
    const error = (more: object) => show(refuse('conflict', more), 'error').json.error
    expect(error({ detail: 'Taken.', title: 'Name taken' }).message).toBe('Taken.')
    expect(error({ title: 'Name taken' }).message).toBe('Name taken')
    expect(error({ members: { code: 'x', message: 'x', requestId: 'x', field: 'name' } })).toEqual({
      code: 'conflict',
      message: problems.conflict.title,
      requestId: 'r-1',
      field: 'name',
    })
  })
})

describe('a stack in the answer', () => {
  const shown = (facts: FakeFacts, environment: string, written: unknown = {}, error: unknown = new Error('boom')) =>
    JSON.parse(compile(written, environment).render(facts, refuse('internal'), 'r', error).body).stack

  const from = (client: string, more: ConstructorParameters<typeof FakeFacts>[0] = {}) => {
    const facts = local(more)
    facts.client = { ...facts.client, address: client }
    return facts
  }

  test('is there for a developer at this machine', () => {
    expect(shown(local(), 'development')).toContain('Error: boom')
    expect(shown(from('::1', { peer: '::1', headers: [['Host', '[::1]:8080']] }), 'development')).toContain('boom')
    expect(shown(from('127.0.0.1', { peer: '::ffff:127.0.0.1' }), 'development')).toContain('boom')
  })

  test('is there in no other environment and not against the policy, whatever NODE_ENV says later', () => {
    const before = process.env['NODE_ENV']
    process.env['NODE_ENV'] = 'development'
    for (const environment of ['production', 'staging', 'test', 'Development', ''])
      expect(shown(local(), environment)).toBe(undefined)
    expect(shown(local(), 'development', { stack: 'never' })).toBe(undefined)
    if (before === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = before
  })

  test('is there for nobody else: over the network, through a proxy or tunnel here, or by a name made to lead here', () => {
    expect(shown(from('198.51.100.7', { peer: '198.51.100.7' }), 'development')).toBe(undefined)
    expect(shown(from('198.51.100.7'), 'development')).toBe(undefined)
    expect(shown(from('127.0.0.1', { peer: '198.51.100.7' }), 'development')).toBe(undefined)
    expect(shown(from('127.0.0.1', { peer: null }), 'development')).toBe(undefined)
    expect(shown(from('', { peer: '127.0.0.1' }), 'development')).toBe(undefined)
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'abc.ngrok.app', '']) {
      expect(shown(local({ headers: [['Host', host]] }), 'development')).toBe(undefined)
    }
    expect(shown(local({ headers: [] }), 'development')).toBe(undefined)
  })

  test('is left out where what was thrown has none, or none that can be read', () => {
    const evil = {
      get stack() {
        throw new Error('hunter2')
      },
    }
    for (const error of [null, 'text', 1, {}, { stack: 1 }, evil])
      expect(shown(local(), 'development', {}, error)).toBe(undefined)
  })
})
