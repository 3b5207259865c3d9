import express5 from 'express'
import express4 from 'express4'
import { describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { client, cors, deadline, input, limit, merlon, transport, versions } from '../../express.ts'
import { json, recorder, serve } from '../node/server.fixture.ts'
import type { ExpressMiddleware } from './middleware.ts'

const silent = () => ({ log: recorder().log, env: { NODE_ENV: 'production' } })
const codeOf = (text: string) => String(JSON.parse(text).type).replace('urn:merlon:problem:', '')

describe.each([
  ['Express 4', express4 as unknown as typeof express5],
  ['Express 5', express5],
])('by itself in %s', (_name, express) => {
  describe('transport', () => {
    const FOREIGN = { 'x-forwarded-for': '203.0.113.9', host: 'api.example' }

    async function ask(...before: ExpressMiddleware[]) {
      const app = express()
      for (const each of before) app.use(each)
      app.get('/', (req, res) => void res.json(req.merlon.secure))
      const send = await serve(app)
      return (more: Record<string, string> = {}, path = '/') => send({ path, headers: { ...FOREIGN, ...more } })
    }

    test('refuses plain HTTP, and believes the proxies that client names, or those on this machine', async () => {
      const { log, lines } = recorder()
      const send = await ask(transport({}, { log, env: {} }))
      const refused = await send({}, '/?token=hunter2')
      expect([refused.status, codeOf(refused.text)]).toEqual([403, 'https-required'])
      expect(lines.find(({ fields }) => fields['event'] === 'refused')?.fields).toMatchObject({ path: '/' })
      const passed = await send({ 'x-forwarded-proto': 'https' })
      expect([passed.status, passed.text, passed.headers['x-content-type-options']]).toEqual([200, 'true', undefined])
      const none = await ask(client({ proxies: 'none' }, silent()), transport({}, silent()))
      expect((await none({ 'x-forwarded-proto': 'https' })).status).toBe(403)
    })

    test('serves the hosts that it is given, and redirects where it is told to', async () => {
      const send = await ask(transport({ hosts: ['api.example'], http: 'redirect' }, silent()))
      expect((await send({ host: 'evil.example', 'x-forwarded-proto': 'https' })).status).toBe(421)
      const moved = await send({}, '/?a=1')
      expect([moved.status, moved.headers['location']]).toEqual([308, 'https://api.example/?a=1'])
      expect((await send({ authorization: 'Bearer x' })).status).toBe(403)
    })

    test('acts under every route of a policy, and reports where it observes', async () => {
      const guard = merlon({ transport: 'off', routes: { 'GET /': { limits: '50/1m' } } }, silent())
      const within = await ask(guard, transport({}, silent()))
      expect((await within()).status).toBe(403)
      const { log, lines } = recorder()
      const observed = await ask(transport('observe', { log, env: {} }))
      expect((await observed()).status).toBe(200)
      expect(lines.filter(({ fields }) => fields['event'] === 'observed')).toHaveLength(1)
    })
  })

  describe('versions', () => {
    async function ask(written: Parameters<typeof versions>[0], ...before: ExpressMiddleware[]) {
      const app = express()
      for (const each of before) app.use(each)
      app.use(versions(written, silent()))
      app.use((req, res) => void res.json(req.merlon.version ?? null))
      const send = await serve(app)
      return (path: string, headers: Record<string, string> = {}) => send({ path, headers })
    }

    test('reads the version from the path, and refuses what is none', async () => {
      const send = await ask(['v1', 'v2'])
      expect((await send('/v2/books')).text).toBe('"v2"')
      expect(codeOf((await send('/v9/books')).text)).toBe('version-unknown')
      expect(codeOf((await send('/books')).text)).toBe('version-missing')
      expect((await send('/health')).text).toBe('null')
    })

    test('announces an end and holds to it, also by a path that could be read in two ways', async () => {
      const known = { v1: { deprecated: '2020-01-01', sunset: '2021-01-01' }, v2: { deprecated: '2020-01-01' } }
      const send = await ask({ known, default: 'v2' }, cors(['https://shop.example'], silent()))
      const origin = { origin: 'https://shop.example' }
      const gone = await send('/v1/books', origin)
      expect([gone.status, gone.headers['sunset']]).toEqual([410, 'Fri, 01 Jan 2021 00:00:00 GMT'])
      expect(gone.headers['access-control-expose-headers']).toContain('Sunset')
      expect((await send('/v2/books')).headers['deprecation']).toBe('@1577836800')
      expect(codeOf((await send('/v1/a%2fb')).text)).toBe('path-ambiguous')
      expect((await send('/books')).text).toBe('"v2"')
    })

    test('reads a header, and tells caches', async () => {
      const send = await ask({ by: 'header', known: { '1': {} } })
      const got = await send('/books', { 'api-version': '1' })
      expect([got.text, got.headers['vary']]).toEqual(['"1"', 'API-Version'])
      expect((await send('/books', { 'api-version': '2' })).status).toBe(400)
    })

    test('acts under every route of a policy', async () => {
      const guard = merlon({ routes: { 'GET /v9/books': { limits: '50/1m' } } }, silent())
      const send = await ask(['v1'], guard)
      expect((await send('/v9/books')).status).toBe(400)
    })
  })

  describe('deadline', () => {
    test('ends a handler that does not answer, whatever came before it', async () => {
      const slow = z.object({}).refine(() => new Promise((resolve) => setImmediate(() => resolve(true))))
      for (const before of [limit('50/1m', silent()), input({ query: slow }, silent())]) {
        const app = express()
        const told: unknown[] = []
        app.get('/', before, deadline('50ms', silent()), (req) => {
          req.merlon.signal.addEventListener('abort', () => told.push(req.merlon.signal.reason))
        })
        const { status, text } = await (await serve(app))()
        expect([status, codeOf(text)]).toEqual([503, 'deadline-exceeded'])
        expect(told).toMatchObject([{ name: 'TimeoutError' }])
      }
    })

    test('ends a body that does not come', async () => {
      const app = express()
      app.post(
        '/',
        deadline({ total: '10s', idle: '50ms' }, silent()),
        express.json(),
        (_req, res) => void res.send('in'),
      )
      const send = await serve(app)
      expect(
        (
          await send({
            method: 'POST',
            headers: { 'content-length': '5', 'content-type': 'application/json' },
            body: '',
          })
        ).status,
      ).toBe(408)
    })

    test('cannot time what has come before it', () => {
      const headers = { headers: '5s' } as object
      expect(() => deadline(headers, silent())).toThrow(
        /alone\.test\.ts:\d+:\d+ {2}deadline\.headers\n {2}expected it in a policy/,
      )
    })
  })

  describe('input', () => {
    const NewUser = z.object({ name: z.string().trim() })
    const Id = z.object({ id: z.coerce.number() })

    test('holds a request to schemas, and gives the handler what they make', async () => {
      const app = express()
      app.post(
        '/users/:id',
        input({ unknown: 'strip', body: NewUser, params: Id, query: Id }, silent()),
        (req, res) => {
          expectTypeOf(req.merlon.input.body).toEqualTypeOf<{ name: string }>()
          res.json({ url: req.url, params: req.params, query: req.query, body: req.body, input: req.merlon.input })
        },
      )
      const send = await serve(app)
      const made = { params: { id: 7 }, query: { id: 2 }, body: { name: 'Ada' } }
      const got = await send({ ...json({ name: ' Ada ', isAdmin: true }), path: '/users/7?id=2&debug=1' })
      expect(JSON.parse(got.text)).toEqual({ url: '/users/7?id=2', ...made, input: made })
      expect(got.headers['x-content-type-options']).toBeUndefined()
      const refused = await send({ ...json({ name: 1 }), path: '/users/x?id=2' })
      expect([refused.status, JSON.parse(refused.text).errors.length]).toEqual([400, 2])
      // The query of a path that has no one reading would pass unread.
      expect(codeOf((await send({ ...json({ name: 'Ada' }), path: '/users/a%2fb?id=2' })).text)).toBe('path-ambiguous')
    })

    test('takes names of the code that it is given', async () => {
      const app = express()
      app.post(
        '/',
        input({ body: { use: 'NewUser' } }, { ...silent(), code: { NewUser } }),
        (req, res) => void res.json(req.body),
      )
      const send = await serve(app)
      expect((await send(json({ name: 'Ada' }))).text).toBe('{"name":"Ada"}')
      expect(() => input({ body: { use: 'NewUser' } }, silent())).toThrow(/alone\.test\.ts:\d+:\d+ {2}input\.body\.use/)
    })

    test('several hold each what it says, whatever the mode of the others', async () => {
      const app = express()
      app.use(input({ mode: 'observe', query: Id }, silent()), express.json())
      app.post('/', input({ body: NewUser }, silent()), (req, res) => void res.json([req.query, req.body]))
      const send = await serve(app)
      expect((await send({ ...json({ name: ' Ada ' }), path: '/?x=1' })).text).toBe('[{"x":"1"},{"name":"Ada"}]')
      expect((await send(json({ name: 1 }))).status).toBe(400)
    })
  })
})
