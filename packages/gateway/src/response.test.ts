import { createHash } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { RawClient } from './testing/raw.ts'
import { closeAll, closeLater, start } from './testing/start.ts'

afterEach(closeAll)

const GET = 'GET / HTTP/1.1\r\nHost: gateway.test\r\n\r\n'

/** An upstream that says what it is told, byte for byte. */
async function startRaw(answer: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on('data', () => answer(socket))
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  closeLater({ close: () => new Promise((resolve) => server.close(() => resolve())) })
  return start(undefined, { upstream: `http://127.0.0.1:${port}` })
}

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, at) => at))

describe("an answer's head and content", () => {
  test.each([0, 1, 255, 4096, 4097, 100_000])('of %i bytes come as they were, whatever the bytes', async (length) => {
    const content = Buffer.alloc(length, EVERY_BYTE)
    const { gateway } = await start((_req, res) => {
      res.writeHead(200, { 'Content-Length': length })
      res.end(content)
    })
    for (let round = 0; round < 2; round++) {
      const answer = await fetch(gateway.address)
      const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
      expect(digest(new Uint8Array(await answer.arrayBuffer()))).toBe(digest(content))
    }
  })

  test('come in one piece where the content is small', async () => {
    const { gateway } = await start((_req, res) => {
      res.writeHead(200, { 'Content-Length': 5 })
      res.end('hello')
    })
    const client = await RawClient.open(gateway.address)
    const pieces: string[] = []
    client.socket.on('data', (piece) => pieces.push(String(piece)))
    client.send(GET)
    await client.answers(1)
    expect(pieces).toEqual([expect.stringMatching(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nhello$/s)])
    client.socket.destroy()
  })

  test("carry the guard's headers, the service's own, and what node says of the connection; each once", async () => {
    const { gateway } = await start((_req, res) => {
      res.writeHead(200, ['X-Own', 'a', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Content-Length', '2'])
      res.end('ok')
    })
    for (let round = 0; round < 2; round++) {
      const client = await RawClient.open(gateway.address)
      client.send(GET)
      await client.answers(1)
      const head = client.received.slice(0, client.received.indexOf('\r\n\r\n')).split('\r\n').slice(1)
      expect(head.filter((line) => line.startsWith('Set-Cookie'))).toEqual(['Set-Cookie: a=1', 'Set-Cookie: b=2'])
      const rest = head
        .filter((line) => !line.startsWith('Set-Cookie'))
        .map((line) => line.split(':')[0]?.toLowerCase())
      expect(new Set(rest).size).toBe(rest.length)
      for (const name of ['x-own', 'content-length', 'date', 'connection', 'keep-alive', 'x-request-id']) {
        expect(rest).toContain(name)
      }
      expect(rest).toContain('x-content-type-options')
      client.socket.destroy()
    }
  })

  test('to HEAD have the length and nothing behind the head', async () => {
    const { gateway } = await start((_req, res) => {
      res.writeHead(200, { 'Content-Length': 5 })
      res.end()
    })
    const client = await RawClient.open(gateway.address)
    client.send(`HEAD / HTTP/1.1\r\nHost: gateway.test\r\nConnection: close\r\n\r\n`)
    await client.until(() => client.socket.readableEnded)
    expect(client.received).toMatch(/content-length: 5\r\n/i)
    expect(client.received.endsWith('\r\n\r\n')).toBe(true)
    client.socket.destroy()
  })

  test('keep a file name byte for byte', async () => {
    const { gateway } = await startRaw((socket) => {
      const name = Buffer.from('é.txt').toString('latin1')
      const head = `Content-Length: 2\r\nContent-Disposition: attachment; filename="${name}"`
      socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\nok`, 'latin1')
    })
    const client = await RawClient.open(gateway.address)
    client.send(GET)
    await client.answers(1)
    expect(Buffer.from(client.received, 'latin1').toString()).toContain('filename="é.txt"')
    client.socket.destroy()
  })

  test('are not sent early by an Expect in the answer', async () => {
    const { gateway } = await startRaw((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok'),
    )
    const answer = await fetch(gateway.address)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await answer.text()).toBe('ok')
  })

  test('come together where the content comes in pieces', async () => {
    const { gateway } = await startRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello')
      setTimeout(() => socket.write('world'), 20)
    })
    expect(await (await fetch(gateway.address)).text()).toBe('helloworld')
  })
})
