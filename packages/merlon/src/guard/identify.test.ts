import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Got, recorder, type Sent, serve } from '../adapters/node/server.fixture.ts'
import { merlon as merlonExpress, problem } from '../express.ts'
import { merlon as merlonFetch } from '../fetch.ts'
import type { PolicyInput, RequestToIdentify, RequestView } from '../index.ts'
import { merlon as merlonNode } from '../node.ts'

type Send = (sent?: Sent) => Promise<Pick<Got, 'status' | 'headers' | 'text'>>
type Lines = ReturnType<typeof recorder>['lines']

/** Answers with what the guard tells a handler of who is calling. */
const told = (view: RequestView | undefined) => JSON.stringify(view?.principal ?? null)

const hosts: readonly [string, (policy: PolicyInput) => Promise<{ send: Send; lines: Lines; events: object[] }>][] = [
  [
    'Express',
    async (policy) => {
      const { log, lines } = recorder()
      const guard = merlonExpress(policy, { log, env: {} })
      const app = express()
      app.use(guard)
      app.use((req, res) => void res.send(told(req.merlon)))
      app.use(guard.errors)
      return { send: await serve(app), lines, events: listen(guard) }
    },
  ],
  [
    'node:http',
    async (policy) => {
      const { log, lines } = recorder()
      const guard = merlonNode(policy, { log, env: {} })
      const send = await serve(guard.listener((req, res) => void res.end(told(req.merlon))))
      return { send, lines, events: listen(guard) }
    },
  ],
  [
    'fetch',
    async (policy) => {
      const { log, lines } = recorder()
      const guard = merlonFetch(policy, { log, env: {} })
      const handle = guard.fetch((request: Request) => new Response(told(guard.of(request))), {
        peer: () => '127.0.0.1',
      })
      const send: Send = async ({ path = '/', method = 'GET', ...init } = {}) => {
        const response = await handle(new Request(`http://127.0.0.1${path}`, { ...init, method } as RequestInit))
        return {
          status: response.status,
          headers: Object.fromEntries(response.headers),
          text: await response.text(),
        }
      }
      return { send, lines, events: listen(guard) }
    },
  ],
]

function listen(guard: { on(name: 'refused' | 'failed' | 'admitted', listener: (event: object) => void): unknown }) {
  const events: object[] = []
  for (const name of ['refused', 'failed', 'admitted'] as const)
    guard.on(name, (event) => events.push({ name, ...event }))
  return events
}

/** `X-User: ada orders:read` */
const whoIs = ({ header }: RequestToIdentify) => {
  const [id, ...scopes] = header('x-user')?.split(' ') ?? []
  return id === undefined ? undefined : { id, tier: 'pro', scopes }
}
const as = (user: string, path = '/'): Sent => ({ path, headers: { 'x-user': user } })

describe.each(hosts)('in %s', (_, open) => {
  test.each([
    ['at once', whoIs],
    ['later', async (request: RequestToIdentify) => whoIs(request)],
  ])(
    'a principal that is known %s reaches the handler, the log and the events, which have the id alone',
    async (_, use) => {
      const { send, lines, events } = await open({
        principal: { use },
        routes: { 'GET /orders': { scopes: ['orders:write'] } },
      })
      expect(JSON.parse((await send(as('ada orders:read'))).text)).toEqual({
        id: 'ada',
        tier: 'pro',
        scopes: ['orders:read'],
      })
      expect((await send()).text).toBe('null')
      expect((await send(as('ada orders:read', '/orders'))).status).toBe(403)
      const refused = lines.find(({ fields }) => fields['event'] === 'refused')?.fields
      expect(refused).toMatchObject({ principal: 'ada', code: 'insufficient-scope' })
      expect(JSON.stringify([lines, events])).not.toContain('orders:read')
      expect(events).toMatchObject([
        { name: 'admitted', principal: 'ada' },
        { name: 'admitted' },
        { name: 'refused', principal: 'ada' },
      ])
      expect(events[1]).not.toHaveProperty('principal')
    },
  )

  test('nobody is answered 401 where somebody is required, and 403 where a scope is missing', async () => {
    const { send } = await open({
      principal: { use: whoIs, required: true, scheme: 'Bearer', realm: 'shop' },
      routes: {
        'GET /health': { principal: 'off' },
        '/orders/*': { scopes: ['orders:read'] },
        'POST /orders/:id': { scopes: ['orders:write'] },
      },
    })
    const nobody = await send()
    expect([nobody.status, nobody.headers['www-authenticate']]).toEqual([401, 'Bearer realm="shop"'])
    expect(JSON.parse(nobody.text)).toMatchObject({ type: 'urn:merlon:problem:unauthenticated', status: 401 })
    expect((await send({ path: '/health' })).status).toBe(200)
    // What a route turns off is turned off for its exact path alone.
    expect((await send({ path: '/Health/' })).status).toBe(401)
    expect((await send(as('ada orders:read', '/orders/1'))).status).toBe(200)
    const lacking = await send({ ...as('ada orders:read', '/orders/1'), method: 'POST' })
    expect([lacking.status, lacking.headers['www-authenticate']]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="orders:read orders:write"',
    ])
    expect((await send({ ...as('ada orders:*', '/Orders//1/'), method: 'POST' })).status).toBe(200)
    expect((await send({ ...as('ada orders:write', '/ORDERS/1'), method: 'POST' })).status).toBe(403)
  })

  test('what is no answer is a 500 that the log explains and the client does not read', async () => {
    const { send, lines, events } = await open({ principal: { use: async () => ({ id: 42 }) as never } })
    const { status, text } = await send()
    expect(status).toBe(500)
    expect(text).not.toContain('id')
    const failed = lines.find(({ fields }) => fields['event'] === 'failed')?.fields['err'] as Error
    expect(failed.message).toContain('"id" to be a text, got a number; write String(…)')
    expect(events).toMatchObject([{ name: 'failed' }])
  })

  test('what the function throws is a 500, whatever its status, and a problem on purpose is what it says', async () => {
    const { send, lines } = await open({
      principal: {
        use: ({ header }) => {
          if (header('x-user') === 'over') {
            throw problem(401, { detail: 'The session is over.', headers: { 'WWW-Authenticate': 'Session' } })
          }
          throw Object.assign(new Error('no account at db.internal'), { status: 404 })
        },
      },
    })
    const over = await send(as('over'))
    expect([over.status, over.headers['www-authenticate']]).toEqual([401, 'Session'])
    expect(JSON.parse(over.text)).toMatchObject({ detail: 'The session is over.' })
    const failed = await send()
    expect([failed.status, failed.text.includes('db.internal')]).toEqual([500, false])
    const logged = lines.find(({ fields }) => fields['event'] === 'failed')?.fields['err'] as Error
    expect((logged.cause as Error).message).toBe('no account at db.internal')
  })

  test('no id can write into a header', async () => {
    const { send, lines } = await open({
      principal: { use: ({ header }) => ({ id: decodeURIComponent(header('x-user') ?? '') }) },
      scopes: ['a'],
    })
    const quoted = await send(as(encodeURIComponent('a", error="none')))
    expect([quoted.status, quoted.headers['www-authenticate']]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="a"',
    ])
    const broken = await send(as(encodeURIComponent('a\r\nSet-Cookie: b=1')))
    expect([broken.status, broken.headers['set-cookie']]).toEqual([500, undefined])
    expect(lines.filter(({ fields }) => 'principal' in fields).map(({ fields }) => fields['principal'])).toEqual([
      'a", error="none',
    ])
  })

  test('a function that never answers ends with the deadline', async () => {
    let aborted: unknown
    const { send, events } = await open({
      deadline: '150ms',
      principal: {
        use: ({ signal }) => {
          signal.addEventListener('abort', () => {
            aborted = signal.reason
          })
          return new Promise(() => {})
        },
      },
    })
    expect((await send()).status).toBe(503)
    expect(aborted).toBeDefined()
    expect(events).toMatchObject([{ name: 'refused', code: 'deadline-exceeded' }])
  })

  test('a function that fails after the deadline reaches nobody', async () => {
    let fail: (error: unknown) => void = () => {}
    const { send, events, lines } = await open({
      deadline: '100ms',
      principal: { use: () => new Promise((_, reject) => (fail = reject)) },
    })
    expect((await send()).status).toBe(503)
    fail(new Error('too late'))
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(events).toHaveLength(1)
    expect(lines.some(({ fields }) => fields['event'] === 'failed-late')).toBe(true)
  })

  test('a preflight has no credentials and is answered before anybody is asked for', async () => {
    let asked = 0
    const { send } = await open({
      cors: ['https://shop.example'],
      principal: {
        use: () => {
          asked++
          return undefined
        },
        required: true,
      },
      scopes: ['a'],
    })
    const preflight = (origin: string): Sent => ({
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'DELETE', 'access-control-request-headers': 'authorization' },
    })
    expect((await send(preflight('https://shop.example'))).status).toBe(204)
    expect((await send(preflight('https://evil.example'))).status).toBe(403)
    expect(asked).toBe(0)
    const actual = await send({ headers: { origin: 'https://shop.example' } })
    // The page can read why.
    expect([actual.status, actual.headers['access-control-allow-origin']]).toEqual([401, 'https://shop.example'])
  })

  test('a preflight that nobody answers is a request like any other: handlers of all methods would answer it', async () => {
    const { send } = await open({ cors: 'off', principal: { use: whoIs, required: true } })
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'GET' }
    expect((await send({ method: 'OPTIONS', headers })).status).toBe(401)
  })

  test('nothing of a body is read for somebody unknown', async () => {
    const { send } = await open({
      principal: { use: whoIs, required: true },
      limits: { login: { rate: '5/15m', by: { body: 'email' } } },
    })
    const body = '{"email"'
    const headers = { 'content-type': 'application/json' }
    expect((await send({ method: 'POST', body, headers })).status).toBe(401)
    expect((await send({ method: 'POST', body, headers: { ...headers, 'x-user': 'ada' } })).status).toBe(400)
  })
})

describe('an inline route', () => {
  test('asks for scopes beside those of the policy', async () => {
    const { log, lines } = recorder()
    const guard = merlonExpress(
      { principal: { use: whoIs }, routes: { '/orders/*': { scopes: ['orders:read'] } } },
      { log, env: {} },
    )
    const app = express()
    app.use(guard)
    app.get('/orders/a', guard.route({ scopes: ['orders:write'] }), (_req, res) => void res.send('in'))
    app.get('/a', guard.route({ scopes: ['a'] }), (_req, res) => void res.send('in'))
    app.use(guard.errors)
    const send = await serve(app)
    expect((await send(as('ada orders:read orders:write', '/orders/a'))).status).toBe(200)
    expect((await send(as('ada orders:write', '/orders/a'))).status).toBe(403)
    const lacking = await send(as('ada orders:read', '/orders/a'))
    expect(lacking.headers['www-authenticate']).toBe(
      'Bearer error="insufficient_scope", scope="orders:read orders:write"',
    )
    expect((await send({ path: '/a' })).status).toBe(401)
    expect((await send(as('ada a', '/a'))).text).toBe('in')
    expect(lines.filter(({ fields }) => fields['event'] === 'refused')).toHaveLength(3)
  })

  test('asks for scopes in node:http and in fetch as well', async () => {
    const { log } = recorder()
    const node = merlonNode({ principal: whoIs }, { log, env: {} })
    const byNode = await serve(node.listener(node.route({ scopes: ['a'] }, (_req, res) => void res.end('in'))))
    const fetch = merlonFetch({ principal: whoIs }, { log, env: {} })
    const byFetch = fetch.fetch(
      fetch.route({ scopes: ['a'] }, () => new Response('in')),
      { peer: () => '127.0.0.1' },
    )
    for (const [user, status] of [
      ['ada a', 200],
      ['ada', 403],
    ] as const) {
      expect((await byNode(as(user))).status).toBe(status)
      expect((await byFetch(new Request('http://127.0.0.1/', { headers: { 'x-user': user } }))).status).toBe(status)
    }
    expect((await byNode()).status).toBe(401)
    expect((await byFetch(new Request('http://127.0.0.1/'))).status).toBe(401)
  })

  test('cannot say who is calling, nor ask for less', () => {
    const guard = merlonExpress({ principal: { use: whoIs } }, { log: recorder().log, env: {} })
    expect(() => guard.route({ principal: 'off' } as never)).toThrow('an inline route comes too late for it')
    expect(() => guard.route({ scopes: 'off' })).toThrow('scopes to ask for beside those of the policy')
  })
})

test('an answer that comes after the client went harms nobody', async () => {
  const { log, lines } = recorder()
  let answer: (identity: { id: string }) => void = () => {}
  let asked: () => void = () => {}
  const begun = new Promise<void>((resolve) => {
    asked = resolve
  })
  let gone: () => void = () => {}
  const left = new Promise<void>((resolve) => {
    gone = resolve
  })
  const guard = merlonNode(
    {
      principal: {
        use: ({ signal }) => {
          signal.addEventListener('abort', () => gone())
          asked()
          return new Promise((resolve) => (answer = resolve))
        },
      },
    },
    { log, env: {} },
  )
  const server = createServer(guard.listener((_req, res) => void res.end('in')))
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const req = send({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, agent: false })
  req.on('error', () => {})
  req.end()
  await begun
  req.destroy()
  await left
  answer({ id: 'ada' })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(lines.filter(({ level }) => level === 'error')).toEqual([])
})

test('a name that is bound to nothing does not start', () => {
  expect(() => merlonNode({ principal: { use: 'whoIs' } }, { env: {} })).toThrow(
    'bind it: merlon(policy, { code: { whoIs } })',
  )
})
