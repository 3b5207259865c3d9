import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { type Seen, valuesOf } from './testing/backend.ts'
import { RawClient } from './testing/raw.ts'
import { closeAll, signal, start } from './testing/start.ts'

afterEach(closeAll)

const HOST = 'Host: gateway.test\r\n'

describe('a request on its way to the upstream', () => {
  test('keeps its method, path, query, own headers and body', async () => {
    const { backend, gateway } = await start()
    await fetch(`${gateway.address}/b%6Foks?q=%6F&q=2`, { method: 'PUT', body: 'hello', headers: { 'X-Own': 'a' } })
    const [seen] = backend.seen as [Seen]
    // The path is canonical, as the policy saw it; the query is as sent.
    expect(seen).toMatchObject({ method: 'PUT', url: '/books?q=%6F&q=2', body: 'hello' })
    expect(valuesOf(seen, 'x-own')).toEqual(['a'])
    expect(valuesOf(seen, 'content-length')).toEqual(['5'])
  })

  test('says who the client is, whatever the client says', async () => {
    const { backend, gateway } = await start(undefined, { policy: { transport: { http: 'allow' } } })
    const client = await RawClient.open(gateway.address)
    client.send(
      `GET / HTTP/1.1\r\nHost: api.test:8080\r\nX-Real-IP: 6.6.6.6\r\nTrue-Client-IP: 6.6.6.6\r\nX_Forwarded_For: 6.6.6.6\r\nX-Forwarded-User: admin\r\nX-Original-URL: /admin\r\nX-HTTP-Method-Override: DELETE\r\nProxy: http://evil.test\r\nX-Request-Id: a\r\nVia: 1.1 cache\r\nConnection: X-Request-Id, Via-Nothing\r\n\r\n`,
    )
    await client.answers(1)
    const [seen] = backend.seen as [Seen]
    expect(JSON.stringify(seen)).not.toMatch(/6\.6\.6\.6|admin|DELETE|evil/)
    expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['127.0.0.1'])
    expect(valuesOf(seen, 'x-forwarded-proto')).toEqual(['http'])
    expect(valuesOf(seen, 'x-forwarded-host')).toEqual(['api.test:8080'])
    expect(valuesOf(seen, 'x-forwarded-port')).toEqual(['8080'])
    expect(valuesOf(seen, 'forwarded')).toEqual(['for=127.0.0.1;host="api.test:8080";proto=http'])
    expect(valuesOf(seen, 'via')).toEqual(['1.1 cache', '1.1 merlon'])
    expect(valuesOf(seen, 'x-request-id')).toHaveLength(1)
    client.socket.destroy()
  })

  test('leaves its trailers behind, small or large', async () => {
    const { backend, gateway } = await start(undefined, { policy: { size: '1mb' } })
    const client = await RawClient.open(gateway.address)
    for (const length of [2, 100_000]) {
      client.send(`POST / HTTP/1.1\r\n${HOST}TE: trailers\r\nTrailer: X-Role\r\nTransfer-Encoding: chunked\r\n\r\n`)
      client.send(`${length.toString(16)}\r\n${'a'.repeat(length)}\r\n0\r\nX-Role: admin\r\n\r\n`)
      client.received = ''
      expect((await client.answers(1))[0]?.status).toBe(200)
    }
    expect(backend.seen.map(({ body }) => body.length)).toEqual([2, 100_000])
    expect(JSON.stringify(backend.seen.map(({ rawHeaders }) => rawHeaders))).not.toMatch(/x-role|admin/i)
    client.socket.destroy()
  })

  test('carries the id that the answer carries', async () => {
    const { backend, gateway } = await start()
    const answer = await fetch(gateway.address)
    expect(valuesOf(backend.seen[0] as Seen, 'x-request-id')).toEqual([answer.headers.get('x-request-id')])
  })

  test("keeps the client's host, or gets the upstream's where that is asked for", async () => {
    const first = await start()
    await fetch(first.gateway.address)
    expect(valuesOf(first.backend.seen[0] as Seen, 'host')).toEqual([new URL(first.gateway.address).host])
    const second = await start(undefined, { hostHeader: 'upstream' })
    await fetch(second.gateway.address)
    expect(valuesOf(second.backend.seen[0] as Seen, 'host')).toEqual([new URL(second.backend.url).host])
    expect(valuesOf(second.backend.seen[0] as Seen, 'x-forwarded-host')).toEqual([new URL(second.gateway.address).host])
  })

  test('asks the upstream to close after a body where many read none, so that it is never taken for a request', async () => {
    const { backend, gateway } = await start()
    const client = await RawClient.open(gateway.address)
    client.send(`GET / HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`)
    await client.answers(1)
    expect(valuesOf(backend.seen[0] as Seen, 'connection')).toEqual(['close'])
    client.socket.destroy()
  })

  test('has its body streamed: the upstream reads the first part before the client sends the last', async () => {
    const first = signal()
    const { gateway, backend } = await start((req, res) => {
      let bytes = 0
      req.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes === 80_000) first.fire()
      })
      req.on('end', () => res.end('ok'))
    })
    const client = await RawClient.open(gateway.address)
    client.send(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n13880\r\n${'x'.repeat(80_000)}\r\n`)
    await first.promise
    client.send('4\r\nlast\r\n0\r\n\r\n')
    expect(await client.answers(1)).toMatchObject([{ status: 200, body: 'ok' }])
    expect(backend.seen[0]?.body).toMatch(/^x{80000}last$/)
    expect(valuesOf(backend.seen[0] as Seen, 'transfer-encoding')).toEqual(['chunked'])
    client.socket.destroy()
  })

  test('reaches the upstream as a whole where its body is small, however slowly and in whatever parts it comes', async () => {
    const { backend, gateway } = await start()
    const client = await RawClient.open(gateway.address)
    client.send(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n`)
    await settled(() => backend.sockets.size)
    expect(backend.sockets.size).toBe(0)
    client.send('4\r\nlast\r\n0\r\n\r\n')
    expect(await client.answers(1)).toMatchObject([{ status: 200, body: 'ok' }])
    expect(backend.seen).toMatchObject([{ body: 'firstlast' }])
    expect(valuesOf(backend.seen[0] as Seen, 'content-length')).toEqual(['9'])
    client.socket.destroy()
  })

  test('is not read faster than the upstream takes it', async () => {
    const reached = signal<IncomingMessage>()
    const { gateway } = await start(
      (req) => {
        req.pause()
        reached.fire(req)
      },
      { policy: { size: '1gb' }, timeouts: { drainMs: 100 } },
    )
    const client = await RawClient.open(gateway.address)
    client.send(`POST / HTTP/1.1\r\n${HOST}Content-Length: 200000000\r\n\r\n`)
    const part = 'x'.repeat(1_000_000)
    let sent = 0
    const push = (): void => {
      while (sent < 200 && client.socket.write(part)) sent++
      sent++
    }
    client.socket.on('drain', push)
    push()
    await reached.promise
    await settled(() => client.socket.bytesWritten)
    // What stands in the buffers of two connections and one process.
    expect(client.socket.bytesWritten - client.socket.writableLength).toBeLessThan(32_000_000)
    client.socket.destroy()
  })
})

/** Waits until a number has not changed for a while. */
async function settled(read: () => number): Promise<void> {
  let last = -1
  while (read() !== last) {
    last = read()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

describe('an answer on its way to the client', () => {
  test('loses what belongs to the connection to the upstream, and keeps the rest', async () => {
    const { gateway } = await start((_req, res) => {
      res.writeHead(200, [
        ...[
          'Connection',
          'keep-alive, X-Hop',
          'X-Hop',
          'a',
          'Keep-Alive',
          'timeout=99',
          'Proxy-Connection',
          'keep-alive',
        ],
        ...['Upgrade', 'h2c', 'Alt-Svc', 'h3=":443"', 'Date', 'Tue, 01 Jan 2030 00:00:00 GMT', 'Content-Length', '2'],
        ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Own', 'b'],
      ])
      res.end('ok')
    })
    const client = await RawClient.open(gateway.address)
    client.send(`GET / HTTP/1.1\r\n${HOST}\r\n`)
    const [answer] = await client.answers(1)
    expect(answer?.headers).toMatchObject({
      'x-own': 'b',
      date: 'Tue, 01 Jan 2030 00:00:00 GMT',
      connection: 'keep-alive',
    })
    for (const name of ['x-hop', 'proxy-connection', 'upgrade', 'alt-svc', 'via'])
      expect(answer?.headers).not.toHaveProperty(name)
    expect(answer?.headers['keep-alive']).not.toContain('99')
    expect(client.received.match(/^set-cookie: .*$/gim)).toEqual(['Set-Cookie: a=1', 'Set-Cookie: b=2'])
    client.socket.destroy()
  })

  test.each([
    { what: 'a HEAD', method: 'HEAD', status: 200, length: '12' },
    { what: 'a 304', method: 'GET', status: 304, length: '12' },
    { what: 'a 204', method: 'GET', status: 204, length: undefined },
  ])('$what has no content, and the next answer follows', async ({ method, status, length }) => {
    const { gateway } = await start((_req, res) => {
      res.writeHead(status, status === 204 ? [] : ['Content-Length', '12'])
      res.end()
    })
    const client = await RawClient.open(gateway.address)
    client.send(`${method} / HTTP/1.1\r\n${HOST}\r\n`)
    await client.until(() => client.received.includes('\r\n\r\n'))
    expect(client.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(/content-length: (\d+)/i.exec(client.received)?.[1]).toBe(length)
    expect(client.received).not.toMatch(/transfer-encoding/i)
    client.received = ''
    client.send(`${method} / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`)
    await client.until(() => client.received.includes('\r\n\r\n'))
    expect(client.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    client.socket.destroy()
  })

  test('is streamed: the client has the first part before the upstream sends the last', async () => {
    const got = signal()
    const { gateway } = await start((_req, res) => {
      res.write('first')
      void got.promise.then(() => res.end('last'))
    })
    const client = await RawClient.open(gateway.address)
    client.send(`GET / HTTP/1.1\r\n${HOST}\r\n`)
    await client.until(() => client.received.includes('first'))
    got.fire()
    expect(await client.answers(1)).toMatchObject([{ status: 200, body: 'firstlast' }])
    client.socket.destroy()
  })

  test('is not read faster than the client takes it, and arrives whole', async () => {
    const part = Buffer.alloc(1_000_000, 'x')
    let sent = 0
    const { gateway } = await start((_req, res) => {
      const push = (): void => {
        while (sent < 60) {
          sent++
          if (!res.write(part)) return
        }
        res.end()
      }
      res.on('drain', push)
      push()
    })
    const client = await RawClient.open(gateway.address)
    client.socket.pause()
    client.send(`GET / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`)
    await settled(() => sent)
    expect(sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(40)
    client.socket.resume()
    const [answer] = await client.closed()
    expect(answer?.body.length).toBe(60_000_000)
  })

  test('has begun for the client when it has for the gateway, though nothing of it has come', async () => {
    const { gateway } = await start((_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' })
      res.flushHeaders()
    })
    const client = await RawClient.open(gateway.address)
    client.send(`GET / HTTP/1.1\r\n${HOST}\r\n`)
    await client.until(() => client.received.includes('\r\n\r\n'))
    expect(client.received).toMatch(/^HTTP\/1\.1 200 OK\r\n.*text\/event-stream.*nosniff.*\r\n\r\n$/s)
    client.socket.destroy()
  })

  test('has trailers where the client takes them, without those that would change its meaning', async () => {
    const { gateway } = await start((_req, res) => {
      res.writeHead(200, ['Trailer', 'Checksum, Set-Cookie'])
      res.write('ok')
      res.addTrailers({ Checksum: 'abc', 'Set-Cookie': 'a=1', 'X-Forwarded-For': '9' })
      res.end()
    })
    const client = await RawClient.open(gateway.address)
    client.send(`GET / HTTP/1.1\r\n${HOST}TE: trailers\r\n\r\n`)
    await client.answers(1)
    expect(client.received).toMatch(/\r\n0\r\nChecksum: abc\r\n\r\n$/)
    client.received = ''
    client.send(`GET / HTTP/1.1\r\n${HOST}\r\n`)
    await client.answers(1)
    expect(client.received).not.toContain('Checksum')
    client.socket.destroy()
  })

  test('is preceded by the early hints of the upstream, links alone', async () => {
    const { gateway } = await start((_req, res) => {
      res.writeEarlyHints({ link: '</a.css>; rel=preload; as=style', 'x-secret': 'a' })
      res.end('ok')
    })
    const client = await RawClient.open(gateway.address)
    client.send(`GET / HTTP/1.1\r\n${HOST}\r\n`)
    expect(await client.answers(2)).toMatchObject([
      { status: 103, headers: { link: '</a.css>; rel=preload; as=style' } },
      { status: 200, body: 'ok' },
    ])
    expect(client.received).not.toContain('secret')
    client.socket.destroy()
  })

  test('to HTTP/1.0 has no chunks, and ends with the connection', async () => {
    const { gateway } = await start((_req, res) => {
      res.write('a')
      res.end('b')
    })
    const client = await RawClient.open(gateway.address)
    client.send('GET / HTTP/1.0\r\n\r\n')
    await client.closed()
    expect(client.received).not.toMatch(/transfer-encoding/i)
    expect(client.received).toMatch(/\r\n\r\nab$/)
  })

  test('that comes before the body is over reaches the client, and the connection goes on', async () => {
    const { gateway, backend } = await start(
      (req, res) => {
        if (req.method === 'POST') {
          res.writeHead(403, ['Content-Length', '2'])
          res.end('no')
        } else res.end('ok')
      },
      { policy: { size: '1mb' } },
    )
    const client = await RawClient.open(gateway.address)
    client.send(`POST / HTTP/1.1\r\n${HOST}Content-Length: 200000\r\n\r\n${'x'.repeat(70_000)}`)
    expect(await client.answers(1)).toMatchObject([{ status: 403, body: 'no' }])
    client.send(`${'x'.repeat(130_000)}GET /next HTTP/1.1\r\n${HOST}\r\n`)
    expect(await client.answers(2)).toMatchObject([{ status: 403 }, { status: 200, body: 'ok' }])
    expect(backend.seen.map(({ url }) => url)).toEqual(['/next'])
    client.socket.destroy()
  })
})

describe('a client that waits for 100 Continue', () => {
  const ASK = `POST / HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`

  test('gets it when its body is read, and its connection goes on', async () => {
    const { gateway, backend } = await start()
    const client = await RawClient.open(gateway.address)
    client.send(ASK)
    expect(await client.answers(1)).toMatchObject([{ status: 100 }])
    client.send('abc')
    expect(await client.answers(2)).toMatchObject([
      { status: 100 },
      { status: 200, headers: { connection: 'keep-alive' } },
    ])
    expect(backend.seen).toMatchObject([{ body: 'abc' }])
    expect(valuesOf(backend.seen[0] as Seen, 'expect')).toEqual([])
    client.socket.destroy()
  })

  test('does not get it where the request is refused, and the connection ends: its body may come or not', async () => {
    const { gateway, backend } = await start(undefined, { policy: { size: '2b' } })
    const client = await RawClient.open(gateway.address)
    client.send(ASK)
    expect(await client.answers(1)).toMatchObject([{ status: 413, headers: { connection: 'close' } }])
    client.socket.end()
    await client.closed()
    expect(backend.seen).toEqual([])
  })
})

describe('requests that are sent without waiting', () => {
  test('are taken one at a time, in order', async () => {
    const order: string[] = []
    const { gateway } = await start((req: IncomingMessage, res: ServerResponse) => {
      order.push(`+${req.url}`)
      setTimeout(
        () => {
          order.push(`-${req.url}`)
          res.end(req.url)
        },
        req.url === '/1' ? 60 : 0,
      )
    })
    const client = await RawClient.open(gateway.address)
    client.send(
      `POST /1 HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\nabGET /2 HTTP/1.1\r\n${HOST}\r\nPOST /3 HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`,
    )
    expect((await client.answers(3)).map(({ body }) => body)).toEqual(['/1', '/2', '/3'])
    expect(order).toEqual(['+/1', '-/1', '+/2', '-/2', '+/3', '-/3'])
    client.socket.destroy()
  })

  test('are answered up to the limit, the last of them with a close', async () => {
    const { gateway, backend } = await start(undefined, { limits: { pipelined: 4 } })
    const client = await RawClient.open(gateway.address)
    client.send(`GET / HTTP/1.1\r\n${HOST}\r\n`.repeat(40))
    const answers = await client.closed()
    expect(answers.length).toBe(5)
    expect(answers.map(({ headers }) => headers['connection'])).toEqual([...Array(4).fill('keep-alive'), 'close'])
    expect(backend.seen.length).toBe(5)
  })

  test('are as many on one connection as the limit says', async () => {
    const { gateway } = await start(undefined, { limits: { requestsPerConnection: 3 } })
    const client = await RawClient.open(gateway.address)
    for (let count = 1; count <= 3; count++) {
      client.send(`GET / HTTP/1.1\r\n${HOST}\r\n`)
      await client.answers(count)
    }
    expect((await client.closed()).map(({ headers }) => headers['connection'])).toEqual([
      'keep-alive',
      'keep-alive',
      'close',
    ])
  })

  test('get what was asked before a broken one, and then its 400', async () => {
    const { gateway } = await start()
    const client = await RawClient.open(gateway.address)
    client.send(`GET /1 HTTP/1.1\r\n${HOST}\r\nGET /2 HTTP/1.1\r\n${HOST}\r\nGET /3 HTTP/1.1\r\n${HOST}X : y\r\n\r\n`)
    expect((await client.closed()).map(({ status }) => status)).toEqual([200, 200, 400])
  })
})

test('a long target is a 414, and nothing is wrong with the connection', async () => {
  const { gateway, backend } = await start()
  const client = await RawClient.open(gateway.address)
  client.send(`GET /${'a'.repeat(9000)} HTTP/1.1\r\n${HOST}\r\nGET /next HTTP/1.1\r\n${HOST}\r\n`)
  expect(await client.answers(2)).toMatchObject([{ status: 414 }, { status: 200 }])
  expect(backend.seen).toMatchObject([{ url: '/next' }])
  client.socket.destroy()
})

test('an upstream connection serves one request after the other', async () => {
  const { gateway, backend } = await start()
  let connections = 0
  backend.server.on('connection', () => connections++)
  for (let count = 0; count < 20; count++) await (await fetch(gateway.address)).text()
  expect(connections).toBe(1)
  expect(backend.seen.length).toBe(20)
})

test('more connections than allowed are closed as they come', async () => {
  const { gateway } = await start(undefined, { limits: { connections: 2 } })
  const clients = [await RawClient.open(gateway.address), await RawClient.open(gateway.address)]
  for (const client of clients) {
    client.send(`GET / HTTP/1.1\r\n${HOST}\r\n`)
    await client.answers(1)
  }
  const third = await RawClient.open(gateway.address)
  expect(await third.closed()).toEqual([])
  for (const client of clients) {
    client.socket.destroy()
    await once(client.socket, 'close')
  }
})
