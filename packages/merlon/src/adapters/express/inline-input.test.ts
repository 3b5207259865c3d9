import { type } from 'arktype'
import express5 from 'express'
import express4 from 'express4'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { RequestInput } from '../../contract/facts.ts'
import { merlon } from '../../express.ts'
import { json, recorder, serve } from '../node/server.fixture.ts'

const NewUser = z.object({ name: z.string().trim(), born: z.coerce.number().optional() })
const Page = z.object({ page: z.coerce.number().default(1) })
const Id = z.object({ id: z.coerce.number() })

type Guard = ReturnType<typeof merlon>
type Section = Parameters<Guard['route']>[0]

describe.each([
  ['Express 4', express4 as unknown as typeof express5],
  ['Express 5', express5],
])('input of an inline route in %s', (_name, express) => {
  function guarded(policy: Parameters<typeof merlon>[0] = {}, code: Readonly<Record<string, unknown>> = {}) {
    const { log, lines } = recorder()
    const guard = merlon(policy, { log, env: {}, code })
    const app = express()
    app.use(guard)
    return { app, guard, lines }
  }

  /** What a handler finds that knows nothing of the guard, and what one that does. */
  function echo(req: express5.Request, res: express5.Response) {
    const { input } = req.merlon as { readonly input: RequestInput }
    res.json({ url: req.url, params: req.params, query: req.query, body: req.body, input })
  }

  async function ask(section: Section, { policy = {}, parse = false, path = '/users/:id' } = {}) {
    const { app, guard, lines } = guarded(policy)
    if (parse) app.use(express.json(), express.urlencoded({ extended: true }))
    app.all(path, guard.route(section), echo)
    app.use(guard.errors)
    const send = await serve(app)
    return { lines, send: async (sent: Parameters<typeof send>[0]) => JSON.parse((await send(sent)).text) }
  }

  test.each([
    ['the host has parsed it', true],
    ['nothing has read it', false],
  ])('holds a body where %s', async (_, parse) => {
    const { send } = await ask({ input: { body: NewUser } }, { parse })
    const made = { name: 'Ada' }
    expect(await send({ ...json({ name: ' Ada ' }), path: '/users/1' })).toMatchObject({
      body: made,
      input: { body: made },
    })
    const refused = await send({ ...json({ name: 1, isAdmin: true }), path: '/users/1' })
    expect(refused).toMatchObject({ status: 400, errors: [{ in: 'body', pointer: '/name' }] })
    const unknown = await send({ ...json({ name: 'Ada', isAdmin: true }), path: '/users/1' })
    expect(unknown).toMatchObject({ errors: [{ in: 'body', pointer: '/isAdmin' }] })
    const form = {
      method: 'POST',
      body: 'name=+Ada+&born=1815',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }
    expect(await send({ ...form, path: '/users/1' })).toMatchObject({ body: { name: 'Ada', born: 1815 } })
    const text = { method: 'POST', body: 'Ada', headers: { 'content-type': 'text/plain' } }
    expect(await send({ ...text, path: '/users/1' })).toMatchObject({ status: 415 })
    expect(await send({ method: 'POST', path: '/users/1' })).toMatchObject({ status: 400 })
  })

  test('strips what a handler must not see, wherever it looks', async () => {
    const input = { unknown: 'strip', body: NewUser, query: Page, params: Id } as const
    for (const parse of [true, false]) {
      const { send } = await ask({ input }, { parse })
      const sent = { ...json({ name: 'Ada', isAdmin: true }), path: '/users/7?page=2&debug=1&page[$gt]=1' }
      const made = { params: { id: 7 }, query: { page: 2 }, body: { name: 'Ada' } }
      expect(await send(sent)).toEqual({ url: '/users/7?page=2', ...made, input: made })
    }
  })

  test('takes schemas of any library, and those that the guard has by name', async () => {
    const schemas = [v.object({ name: v.string() }), type({ name: 'string' }), { use: 'NewUser' }]
    for (const body of schemas) {
      const { app, guard, lines } = guarded({}, { NewUser, Never: NewUser })
      app.post('/', guard.route({ input: { body } }), echo)
      const send = await serve(app)
      expect(JSON.parse((await send(json({ name: 'Ada' }))).text)).toMatchObject({ body: { name: 'Ada' } })
      expect((await send(json({ name: 'Ada', isAdmin: true }))).status).toBe(400)
      const unused = lines.filter(({ fields }) => fields['code'] === 'code-unused').map(({ message }) => message)
      const never = '"Never" is bound, and the policy uses it nowhere'
      expect(unused.sort()).toEqual(
        'use' in body ? [never] : ['"NewUser" is bound, and the policy uses it nowhere', never].sort(),
      )
    }
  })

  test('reads headers and cookies', async () => {
    const input = { headers: z.object({ 'x-tenant': z.string() }), cookies: z.object({ seen: z.stringbool() }) }
    const { send } = await ask({ input })
    const headers = { 'x-tenant': 'a', cookie: 'seen=yes; other=1' }
    expect((await send({ path: '/users/1', headers })).input).toEqual({
      headers: { 'x-tenant': 'a' },
      cookies: { seen: true },
    })
    expect((await send({ path: '/users/1' })).errors).toHaveLength(2)
  })

  test('holds beside the policy’s, and is given what that has made', async () => {
    const policy = {
      routes: { 'POST /users/:id': { input: { unknown: 'strip', query: Page, body: NewUser, params: Id } } },
    }
    const Adult = z.object({ name: z.string().startsWith('A'), born: z.number().max(2000).optional() })
    const input = { body: Adult, params: z.object({ id: z.number().max(9) }) }
    const { send } = await ask({ input }, { policy: policy as never })
    const made = { params: { id: 7 }, query: { page: 2 }, body: { name: 'Ada', born: 1815 } }
    const post = (body: unknown, path = '/users/7?page=2') => send({ ...json(body), path })
    expect(await post({ name: ' Ada ', born: '1815', isAdmin: true })).toMatchObject({ ...made, input: made })
    expect(await post({ name: ' Bob ' })).toMatchObject({ errors: [{ pointer: '/name' }] })
    expect(await post({ name: 7 })).toMatchObject({ errors: [{ pointer: '/name' }] })
    expect(await post({ name: 'Ada' }, '/users/70')).toMatchObject({ errors: [{ in: 'params', pointer: '/id' }] })
  })

  test('two on one request hold both, whatever the first one’s mode', async () => {
    const { app, guard } = guarded()
    const first = guard.route({ input: { mode: 'observe', query: Page } })
    const second = guard.route({ input: { body: NewUser } })
    app.post('/', first, second, guard.route({ input: { body: z.object({ name: z.string().max(3) }) } }), echo)
    const send = await serve(app)
    expect(JSON.parse((await send({ ...json({ name: ' Ada ' }), path: '/?page=2' })).text)).toMatchObject({
      query: { page: '2' },
      body: { name: 'Ada' },
      input: { query: { page: 2 }, body: { name: 'Ada' } },
    })
    expect((await send(json({ name: 1 }))).status).toBe(400)
    expect((await send(json({ name: 'Barbara' }))).status).toBe(400)
  })

  test('is observed, or off, where the policy’s is', async () => {
    const section = { input: { body: NewUser, query: Page, params: Id } }
    const sent = { ...json({ name: 1 }), path: '/users/x?debug=1' }
    const raw = { url: '/users/x?debug=1', params: { id: 'x' }, query: { debug: '1' }, body: { name: 1 } }
    for (const parse of [true, false]) {
      const observed = await ask(section, { policy: { input: 'observe' }, parse })
      const { body, ...found } = await observed.send(sent)
      expect(found).toEqual({
        ...raw,
        body: undefined,
        input: { body: { name: 1 }, query: { debug: '1' }, params: { id: 'x' } },
      })
      // What nobody has parsed is left to whoever will.
      expect(body).toEqual(parse ? raw.body : undefined)
      expect(observed.lines.filter(({ fields }) => fields['event'] === 'observed')).toHaveLength(1)
    }
    const off = await ask(section, { policy: { input: 'off' }, parse: true })
    expect(await off.send(sent)).toEqual({ ...raw, input: {} })
  })

  test('counts by a field of the body before it validates', async () => {
    const limits = { account: { rate: '2/1h', by: { body: 'name' } } }
    for (const parse of [true, false]) {
      const { app, guard } = guarded()
      if (parse) app.use(express.json())
      app.post('/', guard.route({ limits, input: { body: NewUser } }), echo)
      const send = await serve(app)
      const statuses = []
      for (const more of [{ wrong: 1 }, { wrong: 1 }, {}])
        statuses.push((await send(json({ name: 'Ada', ...more }))).status)
      expect(statuses).toEqual([400, 400, 429])
    }
  })

  test('holds what a parser of its own kind has made of a body that the guard would not take', async () => {
    const { app, guard } = guarded()
    app.use((req, _res, next) => {
      req.setEncoding('utf8').on('data', (chunk) => {
        req.body = { name: chunk, isAdmin: '1' }
      })
      req.on('end', () => next())
    })
    app.post('/', guard.route({ input: { unknown: 'strip', body: NewUser } }), echo)
    const send = await serve(app)
    const sent = { method: 'POST', body: ' Ada ', headers: { 'content-type': 'multipart/form-data; boundary=x' } }
    expect(JSON.parse((await send(sent)).text)).toMatchObject({ body: { name: 'Ada' } })
  })

  test('is no client’s fault where something has taken the body and left nothing', async () => {
    const { app, guard, lines } = guarded()
    app.use((req, _res, next) => {
      req.on('data', () => {})
      req.on('end', () => next())
    })
    app.post('/', guard.route({ input: { body: NewUser } }), echo)
    app.use(guard.errors)
    expect((await (await serve(app))(json({ name: 'Ada' }))).status).toBe(500)
    const failed = lines.find(({ fields }) => fields['event'] === 'failed')
    expect(String(failed?.fields['err'])).toContain('the body was read before the guard')
  })

  test('hands errors of the handler that it is given to the app', async () => {
    const { app, guard } = guarded()
    app.get(
      '/sync',
      guard.route({ input: { query: Page } }, () => {
        throw new Error('hunter2')
      }),
    )
    app.get(
      '/async',
      guard.route({ input: { query: Page } }, async () => {
        throw new Error('hunter2')
      }),
    )
    app.get(
      '/passes',
      guard.route({}, (_req, _res, next) => next()),
      (_req, res) => void res.send('passed'),
    )
    const seen: unknown[] = []
    app.use(((error: unknown, _req: unknown, _res: unknown, next: (error: unknown) => void) => {
      seen.push(String(error))
      next(error)
    }) as never)
    app.use(guard.errors)
    const send = await serve(app)
    for (const path of ['/sync', '/async']) expect((await send({ path })).status).toBe(500)
    expect(seen).toEqual(['Error: hunter2', 'Error: hunter2'])
    expect((await send({ path: '/passes' })).text).toBe('passed')
  })
})

describe.each([
  ['Express 4', express4 as unknown as typeof express5],
  ['Express 5', express5],
])('req.params in %s', (_name, express) => {
  const Shop = z.object({ id: z.coerce.number(), name: z.string().toUpperCase().optional() })

  async function ask(
    mount: (app: ReturnType<typeof express5>) => void,
    params: unknown = Shop,
    pattern = '/shops/:id',
  ) {
    const guard = merlon({ routes: { [pattern]: { input: { params } } } } as never, { log: recorder().log, env: {} })
    const app = express()
    app.use(guard)
    mount(app)
    app.use(guard.errors)
    const send = await serve(app)
    return async (path: string) => JSON.parse((await send({ path })).text)
  }

  const params = (req: express5.Request, res: express5.Response) => void res.json(req.params)

  test('hold what the policy’s schema has made, in handlers, routers and hooks of parameters', async () => {
    const hooked: unknown[] = []
    const send = await ask((app) => {
      app.param('id', (_req, _res, next, id) => {
        hooked.push(id)
        next()
      })
      app.get('/shops/:id', (_req, _res, next) => next('route'))
      app.get('/shops/:id', params)
    })
    expect(await send('/shops/7')).toEqual({ id: 7 })
    expect(hooked.every((id) => id === 7)).toBe(true)
    expect(await send('/shops/x')).toMatchObject({ status: 400 })
  })

  test('hold it in a router that merges them', async () => {
    const router = express.Router({ mergeParams: true })
    router.get('/', params)
    const send = await ask((app) => void app.use('/shops/:id', router))
    expect(await send('/shops/7')).toEqual({ id: 7 })
  })

  test('of another segment that is called the same are left', async () => {
    const router = express.Router()
    router.get('/books/:id', params)
    const send = await ask((app) => void app.use('/shops/:id', router), Shop, '/shops/:id/books/:book')
    expect(await send('/shops/7/books/9')).toEqual({ id: '9' })
  })

  test('have not what the schema does not know', async () => {
    const send = await ask((app) => void app.get('/shops/:id/:secret', params), Shop, '/shops/:id/:secret')
    expect(await send('/shops/7/x')).toEqual({ id: 7 })
  })

  test('are the raw ones in observe', async () => {
    const guard = merlon(
      { routes: { '/shops/:id': { input: { mode: 'observe', params: Shop } } } },
      { log: recorder().log, env: {} },
    )
    const app = express()
    app.use(guard)
    app.get('/shops/:id', guard.route({ input: { params: Shop } }), params)
    expect(JSON.parse((await (await serve(app))({ path: '/shops/7' })).text)).toEqual({ id: '7' })
  })

  test('hold what an inline route has made, also in the routes after it', async () => {
    const guard = merlon({}, { log: recorder().log, env: {} })
    const app = express()
    app.use(guard)
    const inline = guard.route({ input: { params: Shop.transform(({ id }) => ({ id, next: id + 1 })) } })
    app.get('/a/:id', inline, params)
    app.get('/b/:id', inline, (_req, _res, next) => next('route'))
    app.get('/b/:id', params)
    const send = await serve(app)
    expect(JSON.parse((await send({ path: '/a/7' })).text)).toEqual({ id: 7, next: 8 })
    expect(JSON.parse((await send({ path: '/b/7' })).text)).toEqual({ id: 7 })
  })
})
