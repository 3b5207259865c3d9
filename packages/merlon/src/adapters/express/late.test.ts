import express5 from 'express'
import express4 from 'express4'
import { describe, expect, test } from 'vitest'
import { client, cors, errors, headers, limit, merlon, size } from '../../express.ts'
import { json, recorder, serve } from '../node/server.fixture.ts'

const silent = () => ({ log: recorder().log, env: { NODE_ENV: 'production' } })

describe.each([
  ['Express 4', express4 as unknown as typeof express5],
  ['Express 5', express5],
])('an inline route in %s', (_name, express) => {
  function guarded(policy: Parameters<typeof merlon>[0] = {}) {
    const { log, lines } = recorder()
    const guard = merlon(policy, { log, env: {} })
    const app = express()
    app.use(guard as never)
    return { app, guard, lines }
  }

  test('adds limits, whose headers stand beside the policy’s, refused or not', async () => {
    const { app, guard, lines } = guarded({ limits: '100/15m' })
    app.post('/users', guard.route({ limits: '1/1h', name: 'sign-up' }) as never, (_req, res) => void res.send('made'))
    app.use(guard.errors as never)
    const send = await serve(app)
    const first = await send({ method: 'POST', path: '/users' })
    expect([first.status, first.text]).toEqual([200, 'made'])
    expect(first.headers['ratelimit-policy']).toBe('"general";q=100;w=900, "route";q=1;w=3600')
    expect(first.headers['ratelimit']).toBe('"general";r=99;t=9, "route";r=0;t=3600')
    const second = await send({ method: 'POST', path: '/users' })
    expect(second.status).toBe(429)
    expect(JSON.parse(second.text)).toMatchObject({ 'violated-policies': ['route'] })
    expect(second.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'retry-after': '3600' })
    expect(second.lines('ratelimit')).toEqual(['"general";r=98;t=9, "route";r=0;t=3600'])
    expect(second.lines('ratelimit-policy')).toHaveLength(1)
    expect(lines.find(({ fields }) => fields['event'] === 'refused')?.fields['reason']).toBe('limits: route@sign-up')
    expect((await send({ path: '/nothing' })).headers['ratelimit-policy']).toBe('"general";q=100;w=900')
  })

  test('counts for itself: another one of the same rate is another limit', async () => {
    const { app, guard } = guarded()
    const strict = () => guard.route({ limits: '1/1h' }) as never
    app.get('/a', strict(), (_req, res) => void res.send('a'))
    app.get('/b', strict(), (_req, res) => void res.send('b'))
    const send = await serve(app)
    expect((await send({ path: '/a' })).status).toBe(200)
    expect((await send({ path: '/b' })).status).toBe(200)
    expect((await send({ path: '/a' })).status).toBe(429)
  })

  test('acts once on a request, however often it is mounted', async () => {
    const { app, guard } = guarded()
    const twice = guard.route({ limits: '2/1h' }) as never
    app.use('/x', twice)
    app.get('/x/y', twice, (_req, res) => void res.send('y'))
    const send = await serve(app)
    expect([(await send({ path: '/x/y' })).status, (await send({ path: '/x/y' })).status]).toEqual([200, 200])
    expect((await send({ path: '/x/y' })).status).toBe(429)
  })

  test('several act one after the other, each with its own', async () => {
    const { app, guard } = guarded({ limits: 'off' })
    const { app: other, guard: counting } = guarded()
    for (const [it, one] of [[app, guard] as const, [other, counting] as const]) {
      it.use('/x', one.route({ limits: { outer: '5/1h' } }) as never)
      it.get('/x/y', one.route({ limits: { inner: '1/1h' } }) as never, (_req, res) => void res.send('y'))
    }
    const send = await serve(other)
    expect((await send({ path: '/x/y' })).headers['ratelimit-policy']).toBe(
      '"general";q=100;w=900, "outer";q=5;w=3600, "inner";q=1;w=3600',
    )
    expect((await send({ path: '/x/y' })).status).toBe(429)
    // Where the policy turns limits off, as for tests, those of inline routes are off with them.
    const free = await serve(app)
    for (let nth = 0; nth < 3; nth++) expect((await free({ path: '/x/y' })).status).toBe(200)
  })

  test('counts by a field of the body, whoever has parsed it', async () => {
    const byAccount = { limits: { account: { rate: '1/1h', by: { body: 'email' } } } } as const
    const parsed = guarded()
    parsed.app.use(express.json())
    parsed.app.post('/login', parsed.guard.route(byAccount) as never, (req, res) => void res.json(req.body))
    const unparsed = guarded()
    unparsed.app.post('/login', unparsed.guard.route(byAccount) as never, express.json(), (req, res) => {
      res.json(req.body)
    })
    for (const { app } of [parsed, unparsed]) {
      const send = await serve(app)
      const as = (email: string) => send({ ...json({ email }), path: '/login' })
      expect(JSON.parse((await as('ada@shop.example')).text)).toEqual({ email: 'ada@shop.example' })
      expect((await as(' ADA@shop.example')).status).toBe(429)
      expect((await as('bob@shop.example')).status).toBe(200)
      expect(JSON.parse((await send({ ...json({}), path: '/login' })).text)).toMatchObject({ status: 400 })
    }
  })

  test('makes a size smaller, and never larger', async () => {
    const { app, guard } = guarded({ size: '100b' })
    app.post('/small', guard.route({ size: '10b' }) as never, express.text({ type: () => true }), (req, res) => {
      res.send(req.body)
    })
    app.post('/large', guard.route({ size: '1mb' }) as never, express.text({ type: () => true }), (req, res) => {
      res.send(req.body)
    })
    app.use(guard.errors as never)
    const send = await serve(app)
    const chunked = { 'transfer-encoding': 'chunked' }
    const post = (path: string, body: string, more = {}) => send({ method: 'POST', path, body, headers: more })
    expect((await post('/small', 'a'.repeat(10))).text).toBe('a'.repeat(10))
    expect((await post('/small', 'a'.repeat(11))).status).toBe(413)
    expect((await post('/small', 'a'.repeat(11), chunked)).status).toBe(413)
    expect((await post('/large', 'a'.repeat(100))).status).toBe(200)
    expect((await post('/large', 'a'.repeat(101))).status).toBe(413)
    expect((await post('/large', 'a'.repeat(101), chunked)).status).toBe(413)
  })

  test('is refused where the guard does not stand before it', async () => {
    const app = express()
    const guard = merlon({}, silent())
    app.get('/', guard.route({ limits: '1/1h' }) as never, (_req, res) => void res.send('in'))
    app.use(((error: Error, _req: unknown, res: { status(code: number): { send(text: string): void } }, _n: unknown) =>
      res.status(500).send(error.message)) as never)
    expect((await (await serve(app))()).text).toContain('write app.use(guard) before the routes')
  })
})

describe.each([
  ['Express 4', express4 as unknown as typeof express5],
  ['Express 5', express5],
])('defences by themselves in %s', (_name, express) => {
  const HELD = ['x-request-id', 'x-content-type-options', 'ratelimit', 'access-control-allow-origin', 'vary']

  test('a limit limits, and leaves all else alone', async () => {
    const app = express()
    app.post('/x', limit('1/1h', silent()) as never, (_req, res) => void res.send('x'))
    app.use('/free', cors('off', silent()) as never, (req, res) => void res.send(req.originalUrl))
    const send = await serve(app)
    const first = await send({ method: 'POST', path: '/x' })
    expect(HELD.filter((name) => name in first.headers)).toEqual(['ratelimit'])
    const second = await send({ method: 'POST', path: '/x' })
    expect([second.status, JSON.parse(second.text).type]).toEqual([429, expect.stringMatching(/quota-exceeded$/)])
    // What names the request in the log is told with a refusal.
    expect(HELD.filter((name) => name in second.headers)).toEqual(['x-request-id', 'ratelimit'])
    const other = await send({ path: '/free/a%2fb' })
    expect([other.text, HELD.filter((name) => name in other.headers)]).toEqual(['/free/a%2fb', []])
  })

  test('cors answers preflights and refuses foreign pages', async () => {
    const app = express()
    app.use(cors(['https://shop.example'], silent()) as never)
    app.get('/', (_req, res) => void res.send('in'))
    const send = await serve(app)
    const origin = 'https://shop.example'
    const preflight = { origin, 'access-control-request-method': 'PUT' }
    const asked = await send({ method: 'OPTIONS', headers: preflight })
    expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([204, origin])
    expect((await send({ headers: { origin } })).headers).toMatchObject({
      'access-control-allow-origin': origin,
      vary: 'Origin',
    })
    expect((await send({ headers: { origin: 'https://evil.example' } })).status).toBe(403)
    expect((await send()).headers['x-content-type-options']).toBeUndefined()
  })

  test('several work together: one list of headers, each counted once', async () => {
    const app = express()
    const shared = silent()
    app.use(headers({}, shared) as never, cors(['https://shop.example'], shared) as never)
    app.use(limit({ rate: '5/1h', name: 'all' }, shared) as never)
    app.get('/x', limit({ rate: '2/1h', name: 'few' }, shared) as never, (_req, res) => void res.send('x'))
    const send = await serve(app)
    const origin = { origin: 'https://shop.example' }
    const got = await send({ path: '/x', headers: origin })
    expect(got.lines('ratelimit')).toEqual(['"all";r=4;t=720, "few";r=1;t=1800'])
    expect(got.lines('ratelimit-policy')).toEqual(['"all";q=5;w=3600, "few";q=2;w=3600'])
    for (const name of ['x-content-type-options', 'content-security-policy', 'access-control-allow-origin', 'vary']) {
      expect(got.lines(name), name).toHaveLength(1)
    }
    expect(got.headers['x-powered-by']).toBeUndefined()
    await send({ path: '/x' })
    const refused = await send({ path: '/x', headers: origin })
    expect(refused.status).toBe(429)
    expect(refused.headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'x-content-type-options': 'nosniff',
    })
  })

  test('size counts what no length was told of', async () => {
    const app = express()
    app.use(size('10b', silent()) as never, express.text({ type: () => true }))
    app.post('/', (req, res) => void res.send(req.body))
    const send = await serve(app)
    const post = (body: string) => send({ method: 'POST', body, headers: { 'transfer-encoding': 'chunked' } })
    expect((await post('a'.repeat(10))).text).toBe('a'.repeat(10))
    expect((await post('a'.repeat(11))).status).toBe(413)
  })

  test('a second size can be smaller', async () => {
    const app = express()
    app.use(size('100b', silent()) as never)
    app.post('/', size('10b', silent()) as never, express.text({ type: () => true }), (req, res) => {
      res.send(req.body)
    })
    const send = await serve(app)
    const post = (body: string) => send({ method: 'POST', body, headers: { 'transfer-encoding': 'chunked' } })
    expect([(await post('a'.repeat(10))).status, (await post('a'.repeat(11))).status]).toEqual([200, 413])
  })

  test('client says who is calling, to what comes after it', async () => {
    const app = express()
    app.use(client({ proxies: 'none' }, silent()) as never, limit('1/1h', silent()) as never)
    app.get('/', (req, res) => void res.send(req.merlon.client.address))
    const send = await serve(app)
    const from = (address: string) => send({ headers: { 'x-forwarded-for': address } })
    expect((await from('203.0.113.9')).text).toBe('127.0.0.1')
    expect((await from('203.0.113.10')).status).toBe(429)
  })

  test('without it proxies on the same machine are believed', async () => {
    const app = express()
    app.use(limit('1/1h', silent()) as never)
    app.get('/', (_req, res) => void res.send('in'))
    const send = await serve(app)
    const from = (address: string) => send({ headers: { 'x-forwarded-for': address } })
    expect((await from('203.0.113.9')).status).toBe(200)
    expect((await from('203.0.113.10')).status).toBe(200)
    expect((await from('203.0.113.9')).status).toBe(429)
  })

  test('errors leak nothing', async () => {
    const app = express()
    const { log, lines } = recorder()
    app.get('/', () => {
      throw new Error('hunter2')
    })
    app.use(errors({ format: 'error' }, { log, env: {} }) as never)
    const { status, text, headers: sent } = await (await serve(app))()
    expect([status, JSON.parse(text).error.code]).toEqual([500, 'internal'])
    expect(sent['x-request-id']).toBe(JSON.parse(text).error.requestId)
    expect(text).not.toContain('hunter2')
    expect(lines.some(({ fields }) => fields['event'] === 'failed')).toBe(true)
  })

  test('within a guard they join it: its client, its form of problems, its headers', async () => {
    const app = express()
    app.use(merlon({ errors: 'error', client: { proxies: 'none' } }, silent()) as never)
    app.get('/', limit({ rate: '1/1h', name: 'few' }, silent()) as never, (_req, res) => void res.send('in'))
    const send = await serve(app)
    const from = (address: string) => send({ headers: { 'x-forwarded-for': address } })
    expect((await from('203.0.113.9')).headers['ratelimit-policy']).toBe('"general";q=100;w=900, "few";q=1;w=3600')
    const { status, text, lines } = await from('203.0.113.10')
    expect([status, JSON.parse(text).error.code]).toEqual([429, 'rate-limited'])
    expect(lines('ratelimit')).toHaveLength(1)
  })

  test('before a guard they stay out of its way', async () => {
    const app = express()
    app.use(limit({ rate: '2/1h', name: 'few' }, silent()) as never)
    app.use(size('100b', silent()) as never)
    app.use(merlon({ size: '10b' }, silent()) as never)
    app.use(express.text({ type: () => true }))
    app.post('/', (req, res) => void res.send(req.body))
    const send = await serve(app)
    const post = (body: string) => send({ method: 'POST', body, headers: { 'transfer-encoding': 'chunked' } })
    const first = await post('a'.repeat(10))
    expect([first.status, first.text]).toEqual([200, 'a'.repeat(10)])
    expect(first.lines('x-content-type-options')).toHaveLength(1)
    expect((await post('a'.repeat(11))).status).toBe(413)
    expect((await post('a')).status).toBe(429)
  })

  test('mistakes are thrown where they are called', () => {
    expect(() => cors(['http://*'], silent())).toThrow(/late\.test\.ts:\d+:\d+ {2}cors/)
    expect(() => limit('5', silent())).toThrow(/expected a rate such as/)
    expect(() => limit({ rate: '5/1m', name: 'Up' }, silent())).toThrow(/limits\.Up/)
  })
})
