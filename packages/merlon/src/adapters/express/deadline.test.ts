import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import express5 from 'express'
import express4 from 'express4'
import { afterEach, describe, expect, test } from 'vitest'
import { merlon as merlonExpress } from '../../express.ts'
import type { RequestView } from '../../guard/view.ts'
import type { PolicyInput } from '../../index.ts'
import { merlon as merlonNode } from '../../node.ts'

type Asked = IncomingMessage & { merlon: RequestView }
type Handler = (req: Asked, res: ServerResponse, fail: (error: unknown) => void) => unknown

interface Line {
  readonly level: string
  readonly fields: Readonly<Record<string, unknown>>
}

const open: { server: Server; sockets: Set<Socket> }[] = []

afterEach(() => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy()
    server.closeAllConnections()
    server.close()
  }
})

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** How much later than promised a loaded machine may be. */
const MARGIN_MS = 800

const hosts: readonly [string, (handler: Handler, policy: PolicyInput, lines: Line[]) => RequestListener][] = [
  [
    'node:http',
    (handler, policy, lines) => {
      const guard = merlonNode(policy, { log: recorder(lines), env: {} })
      return guard.listener((req, res) => handler(req, res, (error) => guard.fail(req, error)))
    },
  ],
  ['Express 4', (...given) => expressApp(express4 as unknown as typeof express5, ...given)],
  ['Express 5', (...given) => expressApp(express5, ...given)],
]

function expressApp(express: typeof express5, handler: Handler, policy: PolicyInput, lines: Line[]): RequestListener {
  const guard = merlonExpress(policy, { log: recorder(lines), env: {} })
  const app = express()
  app.use(guard as never)
  app.use((async (req: Asked, res: ServerResponse, next: (error?: unknown) => void) => {
    try {
      await handler(req, res, next)
    } catch (error) {
      next(error)
    }
  }) as never)
  app.use(guard.errors as never)
  return app
}

function recorder(lines: Line[]) {
  const at = (level: string) => (fields: object) => void lines.push({ level, fields: { ...fields } })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

const GET = 'GET /slow HTTP/1.1\r\nHost: a\r\n\r\n'
const POST = 'POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n'

describe.each(hosts)('on %s', (name, make) => {
  async function serve(policy: PolicyInput, handler: Handler) {
    const lines: Line[] = []
    const server = createServer(make(handler, policy, lines))
    const sockets = new Set<Socket>()
    open.push({ server, sockets })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const ask = async (bytes: string) => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      sockets.add(socket)
      let received = ''
      socket.on('data', (chunk) => {
        received += chunk
      })
      socket.on('error', () => {})
      await once(socket, 'connect')
      const beganMs = performance.now()
      socket.write(bytes)
      const closed = once(socket, 'close').then(() => ({ received, ms: performance.now() - beganMs }))
      return { socket, closed, received: () => received }
    }
    const logged = () => lines.filter(({ fields }) => !['finding', 'misuse'].includes(String(fields['event'])))
    return { ask, logged }
  }

  test('a slow body gets a 408, its reader an error, and the connection ends', async () => {
    let thrown: unknown
    let signal: AbortSignal | undefined
    const { ask, logged } = await serve({ deadline: { body: '100ms' } }, async (req) => {
      signal = req.merlon.signal
      try {
        for await (const _ of req);
      } catch (error) {
        thrown = error
        throw error
      }
    })
    const { closed, socket } = await ask(`${POST}abc`)
    setTimeout(() => socket.end(), 300)
    const { received } = await closed
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 408'])
    expect(received).toMatch(/^connection: close\r$/im)
    expect(received).toContain('request-timeout')
    expect(thrown).toBeInstanceOf(Error)
    expect(signal?.reason).toMatchObject({ name: 'TimeoutError' })
    expect(logged()).toMatchObject([{ level: 'info', fields: { event: 'refused', code: 'request-timeout' } }])
  })

  test('a body that never pauses for long has its time as a whole', async () => {
    const { ask } = await serve({ deadline: { body: '1s', idle: '150ms' } }, async (req, res) => {
      for await (const _ of req);
      res.end('read')
    })
    const { socket, received } = await ask(POST)
    for (let at = 0; at < 10; at++) {
      socket.write('a')
      await later(30)
    }
    while (!received().includes('read')) await once(socket, 'data')
    expect(received()).toContain('HTTP/1.1 200')
  })

  test('a body that nobody reads is not the client’s fault, once it is there', async () => {
    const { ask } = await serve({ deadline: { total: '150ms', body: '50ms' } }, () => new Promise(() => {}))
    const { received } = await (await ask(`${POST}0123456789`)).closed
    expect(received).toContain('HTTP/1.1 503')
  })

  test('a slow handler, or one that never ends, gets a 503 in its place, no sooner than promised', async () => {
    let signal: AbortSignal | undefined
    const { ask, logged } = await serve({ deadline: '200ms' }, (req) => {
      signal = req.merlon.signal
      expect(req.merlon.remainingMs).toBeGreaterThan(0)
      return new Promise(() => {})
    })
    const { received, ms } = await (await ask(GET)).closed
    expect(received).toContain('HTTP/1.1 503')
    expect(received).toMatch(/"type":"urn:merlon:problem:deadline-exceeded"/)
    expect(ms).toBeGreaterThanOrEqual(199)
    expect(ms).toBeLessThan(220 + MARGIN_MS)
    expect(signal?.aborted).toBe(true)
    expect(signal?.reason).toMatchObject({ name: 'TimeoutError' })
    expect(logged()).toMatchObject([
      { level: 'info', fields: { event: 'refused', code: 'deadline-exceeded', status: 503 } },
    ])
  })

  test('a handler that was given less than the whole is late by its own time', async () => {
    const { ask } = await serve({ deadline: { total: '20s', handler: '100ms' } }, () => new Promise(() => {}))
    const { received, ms } = await (await ask(GET)).closed
    expect(received).toContain('HTTP/1.1 503')
    expect(ms).toBeLessThan(110 + MARGIN_MS)
  })

  test('one that answers after its deadline writes nothing more, and throws nothing', async () => {
    let wrote: unknown = 'nothing yet'
    const done = resolvers()
    const { ask, logged } = await serve({ deadline: '50ms' }, async (_req, res) => {
      await later(150)
      try {
        res.statusCode = 200
        res.setHeader('X-Late', 'yes')
        res.writeHead(200)
        res.write('late')
        res.end('later')
        wrote = 'without an error'
      } catch (error) {
        wrote = error
      }
      done.resolve()
    })
    const { received } = await (await ask(GET)).closed
    await done.promise
    expect(wrote).toBe('without an error')
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 503'])
    expect(received).not.toContain('late\r')
    expect(logged()).toHaveLength(1)
  })

  test.each<[string, Handler]>([
    [
      'rejects',
      async () => {
        await later(150)
        throw new Error('too late to matter')
      },
    ],
    ['fails in a callback', (_req, _res, fail) => void setTimeout(() => fail(new Error('too late to matter')), 150)],
  ])('one that %s after its deadline is logged, and nobody else learns of it', async (_, handler) => {
    const { ask, logged } = await serve({ deadline: '50ms' }, handler)
    const { received } = await (await ask(GET)).closed
    await later(200)
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 503'])
    expect(received).not.toContain('matter')
    expect(logged()).toMatchObject([
      { fields: { event: 'refused', code: 'deadline-exceeded' } },
      {
        level: 'warn',
        fields: { event: 'failed-late', code: 'deadline-exceeded', err: { message: 'too late to matter' } },
      },
    ])
  })

  test('one that ends because its signal was aborted has nothing new to say', async () => {
    const { ask, logged } = await serve({ deadline: '50ms' }, (req) => {
      const { signal } = req.merlon
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    await (await ask(GET)).closed
    await later(20)
    expect(logged()).toHaveLength(1)
  })

  test('an answer that has begun and stalls is broken off, and not ended as if it were whole', async () => {
    let signal: AbortSignal | undefined
    const { ask, logged } = await serve({ deadline: '150ms' }, (req, res) => {
      signal = req.merlon.signal
      res.write('the first part')
    })
    const { received } = await (await ask(GET)).closed
    expect(received).toContain('the first part')
    expect(received).not.toContain('\r\n0\r\n\r\n')
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200'])
    expect(signal?.aborted).toBe(true)
    expect(logged()).toMatchObject([{ fields: { event: 'refused', code: 'deadline-exceeded' } }])
  })

  test('an answer with a time of its own may take it, and no more', async () => {
    const { ask } = await serve({ deadline: { total: '80ms', answer: '250ms' } }, async (_req, res) => {
      for (let at = 0; at < 20; at++) {
        res.write(`part ${at}`)
        await later(30)
      }
    })
    const { received, ms } = await (await ask(GET)).closed
    expect(received).toContain('part 3')
    expect(received).not.toContain('part 19')
    expect(ms).toBeGreaterThanOrEqual(249)
  })

  test('an answer without an end goes on where the policy lets it', async () => {
    const { ask } = await serve({ deadline: { total: '60ms', answer: 'off' } }, async (_req, res) => {
      res.write('begun')
      await later(250)
      res.end('and done')
    })
    const { socket, received } = await ask(GET)
    while (!received().includes('and done')) await once(socket, 'data')
    expect(received()).toContain('HTTP/1.1 200')
  })

  test('a client that goes away is told to the handler, and to nobody else', async () => {
    const reasons: unknown[] = []
    const { ask, logged } = await serve({ deadline: '150ms' }, (req) => {
      const { signal } = req.merlon
      signal.addEventListener('abort', () => reasons.push((signal.reason as Error).name))
      return new Promise(() => {})
    })
    const { socket } = await ask(GET)
    await later(30)
    socket.destroy()
    await later(250)
    expect(reasons).toEqual(['AbortError'])
    expect(logged()).toEqual([])
  })

  test('a route has its own, longer or shorter, and other spellings of it the shorter', async () => {
    const policy: PolicyInput = {
      deadline: '100ms',
      routes: { 'GET /slow': { deadline: '10s' }, 'GET /quick': { deadline: '40ms' } },
    }
    const { ask } = await serve(policy, async (_req, res) => {
      await later(250)
      res.end('done')
    })
    const slow = await ask(GET)
    const folded = await ask(GET.replace('/slow', '/SLOW'))
    const quick = await ask(GET.replace('/slow', '/quick'))
    expect((await folded.closed).received).toContain('HTTP/1.1 503')
    expect((await quick.closed).received).toContain('HTTP/1.1 503')
    while (!slow.received().includes('done')) await once(slow.socket, 'data')
    expect(slow.received()).toContain('HTTP/1.1 200')
  })

  test('off sets no time', async () => {
    const { ask } = await serve({ deadline: 'off' }, async (req, res) => {
      expect(req.merlon.remainingMs).toBe(Number.POSITIVE_INFINITY)
      await later(100)
      res.end('done')
    })
    const { socket, received } = await ask(GET)
    while (!received().includes('done')) await once(socket, 'data')
  })

  test(`keeps the next request of ${name} away from a late handler: the connection ends`, async () => {
    const { ask } = await serve({ deadline: '50ms' }, (_req, res) => {
      setTimeout(() => res.end('late'), 120)
      return new Promise(() => {})
    })
    const { received } = await (await ask(GET)).closed
    expect(received).toMatch(/^connection: close\r$/im)
    expect(received).not.toContain('\r\nlate')
  })
})

describe('an inline route', () => {
  test('shortens the deadline of what stands behind it, and of nothing else', async () => {
    const guard = merlonExpress({ deadline: '10s' }, { log: recorder([]), env: {} })
    const app = express5()
    app.use(guard)
    app.use(async (_req, _res, next) => {
      await later(20)
      next()
    })
    const wait = async (_req: unknown, res: express5.Response) => {
      await later(400)
      res.end('done')
    }
    app.get('/slow', wait)
    app.get('/quick', guard.route({ deadline: '100ms' }), wait)
    app.use(guard.errors)
    const server = createServer(app).listen(0, '127.0.0.1')
    open.push({ server, sockets: new Set() })
    await once(server, 'listening')
    const ask = (path: string) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
    const [slow, quick] = await Promise.all([ask('/slow'), ask('/quick')])
    expect([slow.status, quick.status]).toEqual([200, 503])
  })

  test('cannot be given a longer one by name', () => {
    const guard = merlonExpress({}, { log: recorder([]), env: {} })
    expect(() => guard.route({ deadline: 'off' })).toThrow('an inline route can only shorten')
  })
})

function resolvers() {
  let resolve: () => void = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
