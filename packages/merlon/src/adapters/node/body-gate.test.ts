import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { merlon, type NodeHandler } from '../../node.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const closers: (() => void)[] = []

afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** Sends bytes, one piece a turn of the loop, and gives what came back until `until` occurs in it. */
async function exchange(handler: NodeHandler, pieces: readonly string[], until: string): Promise<string> {
  const server = createServer(merlon({ size: '10b' }, { log: silent }).listener(handler))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  closers.push(() => {
    socket.destroy()
    server.close()
    server.closeAllConnections()
  })
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
  })
  for (const piece of pieces) {
    socket.write(piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
  while (!received.includes(until)) await Promise.race([once(socket, 'data'), once(socket, 'close')])
  return received
}

const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\n'
const TOO_MUCH = [`${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`, '9\r\nand more.\r\n', '0\r\n\r\n']

describe('a body that is refused while it is read', () => {
  test('has no end for who listens to its events', async () => {
    const seen: string[] = []
    const handler = (req: IncomingMessage) => {
      req.on('data', (chunk) => seen.push(String(chunk)))
      req.on('end', () => seen.push('end'))
      req.on('close', () => seen.push('close'))
    }
    expect(await exchange(handler, TOO_MUCH, '}')).toContain('413')
    expect(seen).toEqual(['hello', 'close'])
  })

  test('ends in an error for who reads it in a loop, and that is nobody’s 500', async () => {
    let thrown: unknown
    const handler = async (req: IncomingMessage) => {
      try {
        for await (const _ of req);
      } catch (error) {
        thrown = error
        throw error
      }
    }
    const answer = await exchange(handler, TOO_MUCH, '}')
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413'])
    expect(thrown).toBeInstanceOf(Error)
  })
})

test('a handler that throws before it has read its body leaves the connection to the next request', async () => {
  let turns = 0
  const handler: NodeHandler = (_req, res) => {
    if (++turns === 1) throw new Error('early')
    res.end('second')
  }
  const next = 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n'
  const answer = await exchange(handler, [`${HEAD}Content-Length: 5\r\n\r\nhe`, 'llo', next], 'second')
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 500', 'HTTP/1.1 200'])
})
