import { describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import {
  cors,
  deadline,
  errors,
  headers,
  input,
  limit,
  merlon,
  type NodeHandler,
  size,
  transport,
  versions,
} from '../../node.ts'
import { json, recorder, serve } from './server.fixture.ts'

const silent = () => ({ log: recorder().log, env: { NODE_ENV: 'production' } })
const User = z.object({ name: z.string().trim() })
const Page = z.object({ page: z.coerce.number().default(1) })
const decode = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes)
const body: NodeHandler = async (req, res) => {
  let text = ''
  for await (const chunk of req.setEncoding('utf8')) text += chunk
  res.end(req.merlon.body ? new TextDecoder().decode(req.merlon.body.bytes) : text)
}

describe('an inline route', () => {
  test('adds to what the guard does', async () => {
    const guard = merlon({ limits: '100/15m' }, silent())
    const signUp = guard.route({ limits: '1/1h' }, (_req, res) => void res.end('made'))
    const send = await serve(guard.listener((req, res) => (req.url === '/users' ? signUp(req, res) : res.end('other'))))
    const first = await send({ path: '/users' })
    expect([first.text, first.headers['ratelimit-policy']]).toEqual([
      'made',
      '"general";q=100;w=900, "route";q=1;w=3600',
    ])
    const second = await send({ path: '/users' })
    expect([second.status, second.lines('ratelimit').length]).toEqual([429, 1])
    expect((await send({ path: '/' })).text).toBe('other')
  })

  test('reads the body where it counts by it', async () => {
    const guard = merlon({ size: '100b' }, silent())
    const limits = { account: { rate: '1/1h', by: { body: 'email' } } }
    const send = await serve(guard.listener(guard.route({ limits }, body)))
    expect((await send(json({ email: 'ada@shop.example' }))).text).toBe('{"email":"ada@shop.example"}')
    expect((await send(json({ email: 'ada@shop.example' }))).status).toBe(429)
    expect((await send(json({ email: 'a'.repeat(100) }))).status).toBe(413)
    expect((await send(json({ email: 1 }))).status).toBe(400)
  })

  test('holds input, whose query is stripped for whoever parses it again', async () => {
    const guard = merlon({ routes: { 'POST /held': { input: { query: Page } } } }, silent())
    const section = { input: { unknown: 'strip', body: User, query: Page } } as const
    const handler = guard.route(section, (req, res) => {
      const { body, query } = req.merlon.input
      res.end(
        JSON.stringify({ url: req.url, name: body.name, page: query.page, bytes: decode(req.merlon.body?.bytes) }),
      )
    })
    const send = await serve(guard.listener(handler))
    const post = async (value: unknown, path: string) => JSON.parse((await send({ ...json(value), path })).text)
    const made = { name: 'Ada', page: 2, bytes: '{"name":"Ada"}' }
    expect(await post({ name: ' Ada ', isAdmin: true }, '/users?page=2&debug=1')).toEqual({
      url: '/users?page=2',
      ...made,
    })
    expect(await post({ name: 'Ada' }, '/held?page=2')).toEqual({ url: '/held?page=2', ...made })
    expect(await post({ name: 1 }, '/users')).toMatchObject({ status: 400, errors: [{ pointer: '/name' }] })
    expect(await post({ name: 'Ada' }, '/held?debug=1')).toMatchObject({ errors: [{ in: 'query', pointer: '/debug' }] })
  })

  test('bounds that body also where sizes are off', async () => {
    const guard = merlon({ size: { mode: 'off', ceiling: '100b', body: '100b' } }, silent())
    const limits = { account: { rate: '5/1h', by: { body: 'email' } } }
    const send = await serve(guard.listener(guard.route({ limits }, body)))
    const chunked = (value: unknown) => {
      const sent = json(value)
      return send({ ...sent, headers: { ...sent.headers, 'transfer-encoding': 'chunked' } })
    }
    expect((await chunked({ email: 'ada@shop.example' })).status).toBe(200)
    expect((await chunked({ email: 'ada@shop.example', more: 'a'.repeat(200) })).status).toBe(413)
  })

  test('makes a size smaller', async () => {
    const guard = merlon({}, silent())
    const send = await serve(guard.listener(guard.route({ size: '10b' }, body)))
    const post = (text: string) => send({ method: 'POST', body: text, headers: { 'transfer-encoding': 'chunked' } })
    expect((await post('a'.repeat(10))).text).toBe('a'.repeat(10))
    expect((await post('a'.repeat(11))).status).toBe(413)
  })

  test('turns what its handler throws into a problem', async () => {
    const guard = merlon({}, silent())
    const broken = guard.route({ limits: '5/1h' }, async () => {
      throw new Error('hunter2')
    })
    const { status, text } = await (await serve(guard.listener(broken)))()
    expect([status, text.includes('hunter2')]).toEqual([500, false])
  })

  test('has to stand within its guard', async () => {
    const guard = merlon({}, silent())
    const other = merlon({}, silent())
    const send = await serve(other.listener(guard.route({ limits: '5/1h' }, body)))
    expect((await send()).status).toBe(500)
  })
})

describe('defences by themselves', () => {
  test('wrap a handler, and each other', async () => {
    const shared = silent()
    const handler = cors(['https://shop.example'], headers({}, limit('2/1h', body, shared), shared), shared)
    const send = await serve(handler)
    const origin = { origin: 'https://shop.example' }
    const got = await send({ method: 'POST', body: 'hello', headers: origin })
    expect(got.text).toBe('hello')
    for (const name of ['ratelimit', 'x-content-type-options', 'access-control-allow-origin', 'vary']) {
      expect(got.lines(name), name).toHaveLength(1)
    }
    expect((await send({ headers: { origin: 'https://evil.example' } })).status).toBe(403)
    await send()
    const refused = await send({ headers: origin })
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([429, 'https://shop.example'])
  })

  test('one alone is silent about the rest', async () => {
    const send = await serve(size('10b', body, silent()))
    const small = await send({ method: 'POST', body: 'a' })
    expect(Object.keys(small.headers).sort()).toEqual(['connection', 'content-length', 'date'])
    expect((await send({ method: 'POST', body: 'a'.repeat(11) })).status).toBe(413)
  })

  test('errors leak nothing', async () => {
    const send = await serve(
      errors(
        {},
        () => {
          throw new Error('hunter2')
        },
        silent(),
      ),
    )
    const { status, text } = await send()
    expect([status, JSON.parse(text).title, text.includes('hunter2')]).toEqual([
      500,
      'Something went wrong here',
      false,
    ])
  })
})

describe('each by itself', () => {
  test('transport refuses plain HTTP from elsewhere, and foreign hosts', async () => {
    const send = await serve(
      transport({ hosts: ['api.example'] }, (req, res) => res.end(String(req.merlon.secure)), silent()),
    )
    const from = (host: string, proto: string) =>
      send({ headers: { host, 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': proto } })
    expect((await from('api.example', 'https')).text).toBe('true')
    expect((await from('api.example', 'http')).status).toBe(403)
    expect((await from('evil.example', 'https')).status).toBe(421)
  })

  test('versions reads the version', async () => {
    const send = await serve(versions(['v1'], (req, res) => res.end(req.merlon.version), silent()))
    expect((await send({ path: '/v1/books' })).text).toBe('v1')
    expect((await send({ path: '/v2/books' })).status).toBe(400)
    expect((await send({ path: '/v1/a%2fb' })).status).toBe(400)
  })

  test('deadline ends a handler that does not answer', async () => {
    const send = await serve(deadline('50ms', () => {}, silent()))
    expect((await send()).status).toBe(503)
    expect(() => deadline({ headers: '5s' } as object, () => {}, silent())).toThrow(/deadline\.headers/)
  })

  test('input holds a request to schemas', async () => {
    const handler = input(
      { unknown: 'strip', body: User },
      (req, res) => {
        expectTypeOf(req.merlon.input.body).toEqualTypeOf<{ name: string }>()
        res.end(req.merlon.input.body.name)
      },
      silent(),
    )
    const send = await serve(handler)
    expect((await send(json({ name: ' Ada ', isAdmin: true }))).text).toBe('Ada')
    expect((await send(json({ name: 1 }))).status).toBe(400)
    expect(() => input({ params: User }, () => {}, silent())).toThrow('no router of this host')
  })
})
