import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import express5 from 'express'
import express4 from 'express4'
import { afterEach, describe, expect, test } from 'vitest'
import type { Log } from '../../contract/log.ts'
import { merlon } from '../../express.ts'

const running: Server[] = []

afterEach(() => {
  for (const server of running.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
}

async function serve(
  app: unknown,
): Promise<(sent?: Sent) => Promise<{ status: number; headers: Record<string, unknown>; text: string }>> {
  const server = createServer(app as Parameters<typeof createServer>[1])
  running.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return ({ method = 'GET', path = '/', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const req = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (res) => {
        let text = ''
        res.setEncoding('utf8')
        res.on('data', (chunk) => {
          text += chunk
        })
        res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }))
        res.on('error', reject)
      })
      req.on('error', reject)
      req.end(body)
    })
}

function recorder(): { log: Log; lines: { level: string; fields: Record<string, unknown>; message: string }[] } {
  const lines: { level: string; fields: Record<string, unknown>; message: string }[] = []
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields: fields as Record<string, unknown>, message })
  }
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, lines }
}

const json = (value: unknown): Sent => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

describe.each([
  ['Express 4', express4 as unknown as typeof express5],
  ['Express 5', express5],
])('%s', (_name, express) => {
  function setUp(policy: Parameters<typeof merlon>[0], routes: (app: ReturnType<typeof express5>) => void, env = {}) {
    const { log, lines } = recorder()
    const guard = merlon(policy, { log, env })
    const app = express()
    app.use(guard as never)
    routes(app)
    app.use(guard.errors as never)
    return { app, guard, lines }
  }

  test('gives the handler the guard’s work', async () => {
    const { app } = setUp({ transport: { http: 'allow' } }, (it) => {
      it.get('/books/:id', (req, res) => {
        const { client, requestId, path, route, secure } = req.merlon
        res.json({ client, requestId, path, route, secure, nonce: req.merlon.nonce, params: req.params })
      })
    })
    const { text, headers } = await (await serve(app))({
      path: '/books/%37?x=1',
      headers: { 'x-forwarded-for': '203.0.113.9' },
    })
    const seen = JSON.parse(text)
    expect(seen).toMatchObject({ path: '/books/7', route: '*', secure: false, params: { id: '7' } })
    expect(seen.client.address).toBe('203.0.113.9')
    expect(headers['x-request-id']).toBe(seen.requestId)
    expect(seen.nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/)
    expect(headers['x-powered-by']).toBeUndefined()
  })

  test('tells the handler the version, and leaves the path to it', async () => {
    const { app } = setUp({ versions: ['v1', 'v2'], routes: { 'GET /books': {} } }, (it) => {
      it.get('/v2/books', (req, res) => {
        res.json({ version: req.merlon.version, route: req.merlon.route, path: req.path })
      })
    })
    const { text } = await (await serve(app))({ path: '/v2/books' })
    expect(JSON.parse(text)).toEqual({ version: 'v2', route: 'GET /books', path: '/v2/books' })
  })

  test('leaves req.ip alone, and says where it differs', async () => {
    const { app, lines } = setUp({ transport: { http: 'allow' } }, (it) => {
      it.get('/', (req, res) => {
        res.send(req.ip)
      })
    })
    const send = await serve(app)
    expect((await send({ headers: { 'x-forwarded-for': '203.0.113.9' } })).text).toMatch(/127\.0\.0\.1$/)
    expect(lines.filter(({ fields }) => fields['code'] === 'trust-proxy-differs')).toHaveLength(1)
  })

  test('routes by the canonical path', async () => {
    const { app } = setUp({}, (it) => {
      it.get('/admin', (_req, res) => {
        res.send('admin')
      })
      const router = express.Router()
      router.get('/inner', (req, res) => {
        res.send(req.url)
      })
      it.use('/outer', router)
    })
    const send = await serve(app)
    expect((await send({ path: '/%61dmin' })).text).toBe('admin')
    expect((await send({ path: '/outer/%69nner?a=b' })).text).toBe('/inner?a=b')
    expect((await send({ path: '/x/../admin' })).status).toBe(400)
  })

  test('counts what express.json reads, whatever limit that has', async () => {
    const { app } = setUp({ size: '1kb' }, (it) => {
      it.use(express.json({ limit: '10mb' }))
      it.post('/', (req, res) => {
        res.json(req.body)
      })
    })
    const send = await serve(app)
    expect((await send(json({ a: 'x'.repeat(900) }))).status).toBe(200)
    expect((await send(json({ a: 'x'.repeat(1100) }))).status).toBe(413)
    const chunked = json({ a: 'x'.repeat(1100) })
    const late = await send({ ...chunked, headers: { ...chunked.headers, 'transfer-encoding': 'chunked' } })
    expect(late.status).toBe(413)
    expect(late.headers['connection']).toBe('close')
    expect(JSON.parse(late.text)).toMatchObject({ status: 413 })
  })

  test('hands a compressed body on as it was counted', async () => {
    const { app } = setUp({ size: '10kb' }, (it) => {
      it.use(express.json({ limit: '10mb' }))
      it.post('/', (req, res) => {
        res.json({ length: req.body.a.length, encoding: req.headers['content-encoding'] ?? null })
      })
    })
    const send = await serve(app)
    const zipped = (length: number): Sent => ({
      ...json({}),
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ a: 'x'.repeat(length) })),
    })
    expect(JSON.parse((await send(zipped(5000))).text)).toEqual({ length: 5000, encoding: null })
    expect((await send(zipped(5_000_000))).status).toBe(413)
    expect((await send({ ...zipped(1), body: 'no gzip at all' })).status).toBe(400)
  })

  test('gives the handler the very value that a limit counted by', async () => {
    const { app } = setUp(
      { routes: { 'POST /login': { limits: { email: { rate: '2/1h', by: { body: 'email', as: 'email' } } } } } },
      (it) => {
        it.use(express.json())
        it.post('/login', (req, res) => {
          res.json(req.body)
        })
      },
    )
    const send = await serve(app)
    const login = (email: unknown) => send({ ...json({ email }), path: '/login' })
    expect((await login('A@example.com')).text).toBe('{"email":"A@example.com"}')
    expect((await login(' a@EXAMPLE.com')).status).toBe(200)
    expect((await login('a@example.com')).status).toBe(429)
    expect((await login('b@example.com')).status).toBe(200)
    expect((await login(['c@example.com'])).status).toBe(400)
  })

  test('lets nothing of an error out, and all of it into the log', async () => {
    const { app, lines } = setUp({}, (it) => {
      it.get('/throws', () => {
        throw new Error('secret at /srv/app.js')
      })
      it.get('/nexts', (_req, _res, next) => next(Object.assign(new Error('secret'), { status: 404 })))
      it.post('/parses', express.json(), (_req, res) => {
        res.end()
      })
    })
    const send = await serve(app)
    const thrown = await send({ path: '/throws' })
    expect(thrown.status).toBe(500)
    expect(thrown.text).not.toContain('secret')
    expect(thrown.headers['content-type']).toBe('application/problem+json')
    const logged = lines.find(({ level }) => level === 'error')
    expect(logged?.fields['requestId']).toBe(thrown.headers['x-request-id'])
    expect(String(logged?.fields['err'])).toContain('secret')
    expect((await send({ path: '/nexts' })).status).toBe(404)
    const parsed = await send({ ...json({}), path: '/parses', body: '{"a":' })
    expect(parsed.status).toBe(400)
    expect(parsed.text).not.toMatch(/JSON at|position|Unexpected/)
  })

  test('says that guard.errors is missing, that the guard came late, once each', async () => {
    const { log, lines } = recorder()
    const guard = merlon({}, { log, env: {} })
    const app = express()
    app.use(express.json())
    app.use(guard as never)
    app.post('/', (_req, res) => {
      res.end()
    })
    const send = await serve(app)
    await send(json({ a: 1 }))
    await send(json({ a: 1 }))
    const codes = lines.filter(({ fields }) => fields['event'] === 'misuse').map(({ fields }) => fields['code'])
    expect(codes).toEqual(['errors-unmounted', 'guard-late'])
  })

  test('outlives a handler that writes after the guard has answered', async () => {
    let late: unknown = 'not called'
    const { app } = setUp({ size: '1kb' }, (it) => {
      it.post('/', (req, res) => {
        req.on('close', () => {
          try {
            res.status(200).json({ late: true })
            late = 'silent'
          } catch (error) {
            late = error
          }
        })
        req.resume()
      })
    })
    const send = await serve(app)
    const refused = await send({ method: 'POST', headers: { 'transfer-encoding': 'chunked' }, body: 'x'.repeat(4000) })
    expect(refused.status).toBe(413)
    await expect.poll(() => late, { timeout: 5000 }).toBe('silent')
  })

  test('charges once where the same guard is mounted twice', async () => {
    const { app, guard } = setUp({ limits: '2/1h' }, (it) => {
      it.get('/', (_req, res) => {
        res.end()
      })
    })
    app.use('/again', guard as never, (_req, res) => {
      res.end()
    })
    const send = await serve(app)
    expect((await send({ path: '/again' })).status).toBe(200)
    expect((await send({ path: '/again' })).status).toBe(200)
    expect((await send({ path: '/again' })).status).toBe(429)
  })
})
