import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type Gateway, serve } from './serve.ts'
import { openBackend } from './testing/backend.ts'
import { RawClient } from './testing/raw.ts'
import { keepingLog, silentLog } from './testing/silent-log.ts'
import { closeAll, closeLater, signal, start } from './testing/start.ts'

afterEach(closeAll)

const HOST = 'Host: gateway.test\r\n'
const GET = `GET / HTTP/1.1\r\n${HOST}\r\n`

/** An upstream that speaks bytes. `speak` is called once a connection. */
async function openRaw(
  speak: (socket: Socket, connection: number) => void,
): Promise<{ url: string; connections: () => number }> {
  let connections = 0
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    speak(socket, connections)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closeLater({
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections }
}

async function before(url: string, options: Partial<Parameters<typeof serve>[0]> = {}): Promise<Gateway> {
  const gateway = await serve({ upstream: url, listen: '127.0.0.1:0', admin: false, log: silentLog, ...options })
  closeLater(gateway)
  return gateway
}

describe('an upstream that is down', () => {
  test('is a 502 with problem details that name nothing of it, and works again when it is up', async () => {
    const backend = await openBackend()
    const log = keepingLog()
    const gateway = await before(backend.url, { log })
    await backend.close()
    const answer = await fetch(gateway.address)
    expect(answer.status).toBe(502)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject({ status: 502 })
    expect(text).not.toContain(String(backend.port))
    expect(text).not.toMatch(/ECONNREFUSED|undici|127\.0/)
    expect(
      JSON.stringify(log.entries.map(({ fields }) => String((fields['err'] as Error | undefined)?.cause))),
    ).toContain('ECONNREFUSED')
    const again = createServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'),
    )
    again.listen(backend.port, '127.0.0.1')
    await once(again, 'listening')
    expect(await (await fetch(gateway.address)).text()).toBe('ok')
    again.close()
  })
})

describe('an upstream that is slow', () => {
  test('is a 504, and does not go on working for nobody', async () => {
    const gone = signal()
    const { gateway } = await start((_req, res) => void res.on('close', () => gone.fire()), {
      timeouts: { upstreamIdleMs: 200 },
    })
    const answer = await fetch(gateway.address)
    expect(answer.status).toBe(504)
    expect(await answer.json()).toMatchObject({ status: 504 })
    await gone.promise
  })

  test('is a 504 too where all connections to it are taken', async () => {
    const { gateway, backend } = await start(() => {}, {
      timeouts: { upstreamIdleMs: 200 },
      limits: { upstreamConnections: 1 },
    })
    const answers = await Promise.all(Array.from({ length: 5 }, () => fetch(gateway.address)))
    expect(answers.map(({ status }) => status)).toEqual([504, 504, 504, 504, 504])
    // The connection that the first one leaves may take another that came a moment later; never all of them.
    expect(backend.seen.length).toBeLessThan(5)
  })

  test('is cut off where it stops in the middle of its answer', async () => {
    const { gateway } = await start((_req, res) => void res.write('a'), { timeouts: { upstreamIdleMs: 200 } })
    const client = await RawClient.open(gateway.address)
    client.send(GET)
    expect(await client.closed()).toEqual([])
    expect(client.received).toMatch(/1\r\na\r\n$/)
  })

  test('may take its time as long as something comes', async () => {
    const { gateway } = await start(
      (_req, res) => {
        let left = 6
        const timer = setInterval(() => {
          res.write('a')
          if (--left > 0) return
          clearInterval(timer)
          res.end()
        }, 100)
      },
      { timeouts: { upstreamIdleMs: 300 } },
    )
    expect(await (await fetch(gateway.address)).text()).toBe('aaaaaa')
  })
})

describe('an upstream that dies in the middle of its answer', () => {
  test.each([
    { how: 'with a length', head: 'Content-Length: 100\r\n\r\nabc' },
    { how: 'in chunks', head: 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n' },
  ])('$how: the client sees that it is not whole, and the log has it', async ({ head }) => {
    const upstream = await openRaw((socket) => {
      socket.once('data', () =>
        socket.write(`HTTP/1.1 200 OK\r\n${head}`, () => setTimeout(() => socket.destroy(), 20)),
      )
    })
    const log = keepingLog()
    const gateway = await before(upstream.url, { log })
    const client = await RawClient.open(gateway.address)
    client.send(GET)
    // No whole answer, and no clean end of a chunked one.
    expect(await client.closed()).toEqual([])
    expect(client.received).toContain('abc')
    expect(client.received).not.toMatch(/0\r\n\r\n$/)
    expect(log.entries).toContainEqual({ level: 'error', fields: expect.objectContaining({ event: 'upstream-cut' }) })
  })
})

describe('an upstream that does not speak HTTP', () => {
  test.each([
    { what: 'nonsense', bytes: 'hello\r\n\r\n' },
    {
      what: 'both lengths',
      bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    },
    { what: 'two lengths', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok' },
    {
      what: 'a coding that is not undone',
      bytes: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    },
    { what: 'a folded header', bytes: 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok' },
    { what: 'a bare LF', bytes: 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok' },
    {
      what: 'an upgrade that nobody asked for',
      bytes: 'HTTP/1.1 101 Switching\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n',
    },
    { what: 'a status that is none', bytes: 'HTTP/1.1 099 Hm\r\nContent-Length: 2\r\n\r\nok' },
    { what: 'headers without end', bytes: `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(70_000)}\r\n\r\n` },
    { what: 'nothing', bytes: '' },
  ])('$what is a 502', async ({ bytes }) => {
    const upstream = await openRaw((socket) => void socket.once('data', () => socket.end(bytes)))
    const gateway = await before(upstream.url)
    const answer = await fetch(gateway.address)
    expect(answer.status).toBe(502)
    expect(await answer.json()).toMatchObject({ status: 502 })
  })

  test("bytes behind an answer are nobody else's answer", async () => {
    const upstream = await openRaw((socket, connection) => {
      socket.on('data', () => {
        const body = connection === 1 ? 'ok' : 'fresh'
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
        if (connection === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison')
      })
    })
    const gateway = await before(upstream.url)
    expect(await (await fetch(gateway.address)).text()).toBe('ok')
    expect(await (await fetch(gateway.address)).text()).toBe('fresh')
  })
})

describe('a kept connection that the upstream closes as a request is sent', () => {
  const serveOnce = (socket: Socket, connection: number): void => {
    let requests = 0
    socket.on('data', () => {
      requests++
      if (connection === 1 && requests === 2) socket.destroy()
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
  }

  test('is tried once more on a fresh one where nothing can be done twice', async () => {
    const upstream = await openRaw(serveOnce)
    const gateway = await before(upstream.url)
    expect((await fetch(gateway.address)).status).toBe(200)
    expect((await fetch(gateway.address)).status).toBe(200)
    expect(upstream.connections()).toBe(2)
  })

  test.each(['POST', 'PUT', 'DELETE'])('is a 502 for %s: the upstream may have done it', async (method) => {
    const upstream = await openRaw(serveOnce)
    const gateway = await before(upstream.url)
    expect((await fetch(gateway.address)).status).toBe(200)
    expect((await fetch(gateway.address, { method })).status).toBe(502)
    expect(upstream.connections()).toBe(1)
  })

  test('is not tried again where it was fresh: the request itself may be what kills it', async () => {
    const upstream = await openRaw((socket) => void socket.once('data', () => socket.destroy()))
    const gateway = await before(upstream.url)
    expect((await fetch(gateway.address)).status).toBe(502)
    expect(upstream.connections()).toBe(1)
  })
})

describe('a client that goes away', () => {
  test('in the middle of the answer: the upstream stops, and the next client is served', async () => {
    const gone = signal()
    const { gateway } = await start((req, res: ServerResponse) => {
      if (req.url === '/next') return void res.end('ok')
      const timer = setInterval(() => res.write(Buffer.alloc(10_000)), 5)
      res.on('close', () => {
        clearInterval(timer)
        gone.fire()
      })
    })
    const client = await RawClient.open(gateway.address)
    client.send(GET)
    await client.until(() => client.received.length > 20_000)
    client.socket.destroy()
    await gone.promise
    expect(await (await fetch(`${gateway.address}/next`)).text()).toBe('ok')
  })

  test('before the answer: the upstream learns it', async () => {
    const gone = signal()
    const reached = signal()
    const { gateway } = await start((_req, res) => {
      res.on('close', () => gone.fire())
      reached.fire()
    })
    const client = await RawClient.open(gateway.address)
    client.send(GET)
    await reached.promise
    client.socket.destroy()
    await gone.promise
  })

  test.each([
    { how: 'with a length', bytes: `Content-Length: 200000\r\n\r\n${'x'.repeat(100_000)}` },
    { how: 'in chunks', bytes: `Transfer-Encoding: chunked\r\n\r\n186a0\r\n${'x'.repeat(100_000)}\r\n` },
  ])('in the middle of its body, $how: the upstream never takes the part for the whole', async ({ bytes }) => {
    const log = keepingLog()
    const reached = signal()
    const ended = signal<string>()
    const { gateway, backend } = await start(
      (req, res) => {
        if (req.url === '/next') return void res.end('ok')
        req.once('data', () => reached.fire())
        req.on('end', () => ended.fire('whole'))
        req.on('error', () => ended.fire('cut'))
      },
      { policy: { size: '1mb' }, log },
    )
    const client = await RawClient.open(gateway.address)
    client.send(`POST / HTTP/1.1\r\n${HOST}${bytes}`)
    await reached.promise
    client.socket.destroy()
    expect(await ended.promise).toBe('cut')
    expect(await (await fetch(`${gateway.address}/next`)).text()).toBe('ok')
    expect(backend.seen.map(({ url }) => url)).toEqual(['/next'])
    // It is the client's doing, and no failure of anybody.
    expect(log.entries).toEqual([])
  })
})

test('a body that grows too large on its way is a 413, and the upstream never takes the part for the whole', async () => {
  const reached = signal()
  const ended = signal<string>()
  const { gateway } = await start(
    (req) => {
      req.on('data', () => reached.fire())
      req.on('end', () => ended.fire('whole'))
      req.on('error', () => ended.fire('cut'))
    },
    { policy: { size: '100kb' } },
  )
  const client = await RawClient.open(gateway.address)
  client.send(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n15f90\r\n${'x'.repeat(90_000)}\r\n`)
  await reached.promise
  client.send(`4e20\r\n${'x'.repeat(20_000)}\r\n0\r\n\r\n`)
  expect(await client.answers(1)).toMatchObject([{ status: 413, headers: { connection: 'close' } }])
  client.socket.end()
  expect(await ended.promise).toBe('cut')
})
