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
  size,
  transport,
  versions,
  viewOf,
} from '../../fetch.ts'
import { recorder } from '../node/server.fixture.ts'

const silent = () => ({ log: recorder().log, env: { NODE_ENV: 'production' }, peer: () => '203.0.113.7' })
const ask = (path: string, init: RequestInit = {}) => new Request(`https://api.example${path}`, init)
const post = (text: string, more: Record<string, string> = {}) =>
  ask('/', { method: 'POST', body: text, headers: more })
const User = z.object({ name: z.string().trim() })
const Page = z.object({ page: z.coerce.number().default(1) })
const echo = async (request: Request) => new Response(await request.text())

describe('an inline route', () => {
  const { log, env, peer } = silent()

  test('adds to what the guard does', async () => {
    const guard = merlon({ limits: '100/15m' }, { log, env })
    const handle = guard.fetch(
      guard.route({ limits: '1/1h' }, () => new Response('made')),
      { peer },
    )
    const first = await handle(ask('/users'))
    expect([await first.text(), first.headers.get('ratelimit-policy')]).toEqual([
      'made',
      '"general";q=100;w=900, "route";q=1;w=3600',
    ])
    const second = await handle(ask('/users'))
    expect([second.status, second.headers.get('ratelimit')]).toEqual([429, '"general";r=98;t=9, "route";r=0;t=3600'])
    expect(await second.json()).toMatchObject({ 'violated-policies': ['route'] })
  })

  test('reads the body where it counts by it, and hands it on', async () => {
    const guard = merlon({ size: '100b' }, { log, env })
    const limits = { account: { rate: '1/1h', by: { body: 'email' } } }
    const handler = guard.route({ limits }, async (request: Request) =>
      Response.json({ got: await request.text(), route: guard.of(request)?.route }),
    )
    const handle = guard.fetch(handler, { peer })
    const as = (email: unknown) => handle(post(JSON.stringify({ email }), { 'content-type': 'application/json' }))
    expect(await (await as('ada@shop.example')).json()).toEqual({ got: '{"email":"ada@shop.example"}', route: '*' })
    expect((await as('ada@shop.example')).status).toBe(429)
    expect((await as('a'.repeat(100))).status).toBe(413)
    expect((await as(1)).status).toBe(400)
  })

  test('holds input: the request that is handed on has nothing else', async () => {
    const guard = merlon({ routes: { 'POST /held': { input: { query: Page } } } }, { log, env })
    const section = { input: { unknown: 'strip', body: User, query: Page } } as const
    const handler = guard.route(section, async (request) => {
      const { pathname, search } = new URL(request.url)
      const length = request.headers.get('content-length')
      return Response.json({
        url: pathname + search,
        body: await request.json(),
        length,
        page: guard.of(request)?.input.query,
      })
    })
    const handle = guard.fetch(handler, { peer })
    const send = async (value: unknown, path: string) => {
      const body = JSON.stringify(value)
      const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
      return (await handle(ask(path, { method: 'POST', body, headers }))).json()
    }
    const made = { body: { name: 'Ada' }, length: '14', page: { page: 2 } }
    expect(await send({ name: ' Ada ', isAdmin: true }, '/users?page=2&debug=1')).toEqual({
      url: '/users?page=2',
      ...made,
    })
    expect(await send({ name: 'Ada' }, '/held?page=2')).toEqual({ url: '/held?page=2', ...made })
    expect(await send({ name: 1 }, '/users')).toMatchObject({ status: 400, errors: [{ pointer: '/name' }] })
    expect(await send({ name: 'Ada' }, '/held?debug=1')).toMatchObject({ errors: [{ in: 'query', pointer: '/debug' }] })
  })

  test('in observe, changes nothing that a handler sees', async () => {
    const observed = { mode: 'observe', body: User } as const
    const quiet = { size: 'observe', routes: { 'POST /policy': { input: observed } } } as const
    const guard = merlon(quiet, { log, env })
    const inline = guard.route({ input: observed }, echo)
    const both = guard.fetch((request) => (request.url.endsWith('policy') ? echo(request) : inline(request)), { peer })
    for (const path of ['/policy', '/inline']) {
      for (const type of ['application/json', 'text/plain']) {
        for (const body of ['{"name":" Ada ","isAdmin":true}', '{"name":', '']) {
          const answer = await both(ask(path, { method: 'POST', body, headers: { 'content-type': type } }))
          expect([answer.status, await answer.text()]).toEqual([200, body])
        }
      }
    }
  })

  test('asks no body of a GET, and strips its query', async () => {
    const guard = merlon({}, { log, env })
    const section = { input: { unknown: 'strip', body: User, query: Page } } as const
    const handle = guard.fetch(
      guard.route(section, (request) => new Response(request.url)),
      { peer },
    )
    expect(await (await handle(ask('/?debug=1&page=2'))).text()).toBe('https://api.example/?page=2')
  })

  test('is no client’s fault where somebody has read the body before it', async () => {
    const guard = merlon({}, { log, env })
    const held = guard.route({ input: { body: User } }, echo)
    const handle = guard.fetch(
      async (request) => {
        await request.text()
        return held(request)
      },
      { peer },
    )
    expect((await handle(post('{"name":"Ada"}', { 'content-type': 'application/json' }))).status).toBe(500)
  })

  test('makes a size smaller', async () => {
    const guard = merlon({}, { log, env })
    const handle = guard.fetch(guard.route({ size: '10b' }, echo), { peer })
    expect(await (await handle(post('a'.repeat(10)))).text()).toBe('a'.repeat(10))
    expect((await handle(post('a'.repeat(11)))).status).toBe(413)
  })

  test('has to stand within its guard', async () => {
    const guard = merlon({}, { log, env })
    const other = merlon({}, { log, env })
    const handle = other.fetch(guard.route({ limits: '5/1h' }, echo), { peer })
    expect((await handle(ask('/'))).status).toBe(500)
  })
})

describe('defences by themselves', () => {
  test('wrap a handler, and each other', async () => {
    const shared = silent()
    const handle = cors(['https://shop.example'], headers({}, limit('2/1h', echo, shared), shared), shared)
    const origin = { origin: 'https://shop.example' }
    const got = await handle(post('hello', origin))
    expect(await got.text()).toBe('hello')
    expect(got.headers.get('ratelimit')).toBe('"limit";r=1;t=1800')
    expect(got.headers.get('vary')).toBe('Origin')
    expect(got.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await handle(post('hello', { origin: 'https://evil.example' }))).status).toBe(403)
    await handle(post('hello', origin))
    const refused = await handle(post('hello', origin))
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([429, 'https://shop.example'])
  })

  test('one alone is silent about the rest', async () => {
    const handle = size('10b', echo, silent())
    expect([...(await handle(post('a'.repeat(10)))).headers.keys()]).toEqual(['content-type'])
    const large = await handle(post('a'.repeat(11)))
    expect([large.status, (await large.json()).status]).toEqual([413, 413])
    const preflight = {
      method: 'OPTIONS',
      headers: { origin: 'https://a.example', 'access-control-request-method': 'PUT' },
    }
    expect((await handle(ask('/', preflight))).status).toBe(200)
  })

  test('a second size can be smaller', async () => {
    const handle = size('100b', size('10b', echo, silent()), silent())
    expect((await handle(post('a'.repeat(10)))).status).toBe(200)
    expect((await handle(post('a'.repeat(11)))).status).toBe(413)
  })

  test('errors leak nothing', async () => {
    const handle = errors(
      {},
      () => {
        throw new Error('hunter2')
      },
      silent(),
    )
    const answer = await handle(ask('/'))
    expect([answer.status, (await answer.text()).includes('hunter2')]).toEqual([500, false])
  })

  test('within a guard they join it', async () => {
    const { log, env, peer } = silent()
    const guard = merlon({ errors: 'error' }, { log, env })
    const handle = guard.fetch(limit({ rate: '1/1h', name: 'few' }, echo, { log, env }), { peer })
    expect((await handle(ask('/'))).headers.get('ratelimit-policy')).toBe('"general";q=100;w=900, "few";q=1;w=3600')
    expect(await (await handle(ask('/'))).json()).toMatchObject({ error: { code: 'rate-limited' } })
  })
})

describe('each by itself', () => {
  test('transport refuses plain HTTP from elsewhere, and foreign hosts', async () => {
    const handle = transport({ hosts: ['api.example'] }, echo, silent())
    const to = (url: string) => handle(new Request(url, { headers: { host: new URL(url).host } }))
    expect((await to('https://api.example/')).status).toBe(200)
    expect((await to('http://api.example/')).status).toBe(403)
    expect((await to('https://evil.example/')).status).toBe(421)
  })

  test('versions reads the version', async () => {
    const handle = versions(['v1'], (request) => new Response(viewOf(request)?.version), silent())
    expect(await (await handle(ask('/v1/books'))).text()).toBe('v1')
    expect((await handle(ask('/v2/books'))).status).toBe(400)
  })

  test('deadline ends a handler that does not answer, and a body that does not come', async () => {
    expect((await deadline('50ms', () => new Promise<Response>(() => {}), silent())(ask('/'))).status).toBe(503)
    const body = new ReadableStream({ pull: () => new Promise(() => {}) })
    const slow = ask('/', { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect((await deadline({ total: '10s', idle: '50ms' }, echo, silent())(slow)).status).toBe(408)
    expect((await deadline('10s', echo, silent())(post('in'))).status).toBe(200)
  })

  test('input holds a request to schemas', async () => {
    const handler = input(
      { unknown: 'strip', body: User, query: Page },
      async (request) => {
        const made = viewOf(request)?.input
        expectTypeOf(made?.body).toEqualTypeOf<{ name: string } | undefined>()
        return Response.json({ url: request.url, made, body: await request.json() })
      },
      silent(),
    )
    const send = async (value: unknown) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await handler(ask('/?page=2&debug=1', { method: 'POST', body: JSON.stringify(value), headers }))
      return answer.json()
    }
    const body = { name: 'Ada' }
    expect(await send({ name: ' Ada ', isAdmin: true })).toEqual({
      url: 'https://api.example/?page=2',
      made: { body, query: { page: 2 } },
      body,
    })
    expect(await send({ name: 1 })).toMatchObject({ status: 400 })
  })
})
