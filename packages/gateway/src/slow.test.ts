import { afterEach, describe, expect, test } from 'vitest'
import { RawClient } from './testing/raw.ts'
import { closeAll, signal, start } from './testing/start.ts'

afterEach(closeAll)

const HOST = 'Host: gateway.test\r\n'
const GET = `GET / HTTP/1.1\r\n${HOST}\r\n`

describe('a client that is slow', () => {
  test('with its headers gets a 408 and is cut off', async () => {
    const { gateway, backend } = await start(undefined, { timeouts: { headersMs: 200 } })
    const client = await RawClient.open(gateway.address)
    client.send(`GET / HTTP/1.1\r\n${HOST}X: a`)
    // One byte now and then does not help.
    const drip = setInterval(() => client.send('a'), 30)
    const answers = await client.closed()
    clearInterval(drip)
    expect(answers).toMatchObject([{ status: 408, headers: { connection: 'close' } }])
    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject({ status: 408 })
    expect(backend.seen).toEqual([])
  })

  test('with its headers after a request that was served is cut off as well', async () => {
    const { gateway } = await start(undefined, { timeouts: { headersMs: 200 } })
    const client = await RawClient.open(gateway.address)
    client.send(`${GET}GET /2 HTTP/1.1\r\n`)
    expect((await client.closed()).map(({ status }) => status)).toEqual([200, 408])
  })

  test.each([
    { how: 'with a length', bytes: 'Content-Length: 100\r\n\r\nabc', reaches: false },
    { how: 'in chunks', bytes: 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n', reaches: false },
    { how: 'with a length and nothing of it', bytes: 'Content-Length: 100\r\n\r\n', reaches: false },
    { how: 'after much of it', bytes: `Content-Length: 100000\r\n\r\n${'x'.repeat(99_000)}`, reaches: true },
  ])('with its body, $how, gets a 408 and is cut off, and the upstream is let go', async ({ bytes, reaches }) => {
    const gone = signal()
    const { gateway, backend } = await start((req) => void req.on('error', () => gone.fire()).resume(), {
      timeouts: { bodyIdleMs: 200 },
    })
    const client = await RawClient.open(gateway.address)
    client.send(`POST / HTTP/1.1\r\n${HOST}${bytes}`)
    expect(await client.answers(1)).toMatchObject([{ status: 408, headers: { connection: 'close' } }])
    client.socket.end()
    await client.closed()
    if (reaches) await gone.promise
    else expect(backend.sockets.size).toBe(0)
  })

  test('with its body, but never still, is served', async () => {
    const { gateway } = await start(undefined, { timeouts: { bodyIdleMs: 200 } })
    const client = await RawClient.open(gateway.address)
    client.send(`POST / HTTP/1.1\r\n${HOST}Content-Length: 8\r\n\r\n`)
    for (let sent = 0; sent < 8; sent++) {
      await new Promise((resolve) => setTimeout(resolve, 60))
      client.send('a')
    }
    expect(await client.answers(1)).toMatchObject([{ status: 200 }])
    client.socket.destroy()
  })

  test('with a whole request is cut off in the end, however steadily it drips', async () => {
    const { gateway } = await start(undefined, { timeouts: { headersMs: 200, requestMs: 400, bodyIdleMs: 10_000 } })
    const client = await RawClient.open(gateway.address)
    client.send(`POST / HTTP/1.1\r\n${HOST}Content-Length: 100000\r\n\r\n`)
    const drip = setInterval(() => client.send('a'), 20)
    const [answer] = await client.answers(1)
    clearInterval(drip)
    expect(answer).toMatchObject({ status: 408, headers: { connection: 'close' } })
    client.socket.destroy()
  })

  test('to read its answer is cut off, and the upstream is let go', async () => {
    const gone = signal()
    const { gateway } = await start(
      (_req, res) => {
        const push = (): void => {
          while (res.write(Buffer.alloc(100_000)));
        }
        res.on('drain', push).on('close', () => gone.fire())
        push()
      },
      { timeouts: { sendIdleMs: 200 } },
    )
    const client = await RawClient.open(gateway.address)
    client.socket.pause()
    client.send(GET)
    await gone.promise
    client.socket.destroy()
  })

  test('to send anything is cut off without a word', async () => {
    const { gateway } = await start(undefined, { timeouts: { headersMs: 200 } })
    const client = await RawClient.open(gateway.address)
    await client.closed()
    expect(client.received).toBe('')
  })

  test('to ask again is cut off without a word', async () => {
    const { gateway } = await start(undefined, { timeouts: { keepAliveMs: 50 } })
    const client = await RawClient.open(gateway.address)
    client.send(GET)
    expect((await client.closed()).map(({ status }) => status)).toEqual([200])
  })
})

describe('many slow clients', () => {
  const COUNT = Number(process.env['SLOW_CLIENTS'] ?? 1000)

  test(`${COUNT} of them, of every kind, keep nobody else waiting`, async () => {
    const { gateway } = await start(
      (req, res) => {
        if (req.url === '/large') res.end(Buffer.alloc(1_000_000))
        else if (req.method === 'GET') res.end('ok')
      },
      { policy: { limits: 'off' } },
    )
    const kinds = [
      '',
      'GET / HT',
      `GET / HTTP/1.1\r\n${HOST}X: a`,
      `POST / HTTP/1.1\r\n${HOST}Content-Length: 100\r\n\r\nabc`,
      `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n3\r\nab`,
    ]
    const slow: RawClient[] = []
    for (let at = 0; at < COUNT; at++) {
      const client = await RawClient.open(gateway.address)
      slow.push(client)
      if (at % 10 === 0) {
        client.socket.pause()
        client.send(`GET /large HTTP/1.1\r\n${HOST}\r\n`)
      } else client.send(kinds[at % kinds.length] as string)
    }
    const honest = await RawClient.open(gateway.address)
    const times: number[] = []
    for (let count = 1; count <= 300; count++) {
      for (const client of slow.slice((count * 3) % COUNT, ((count * 3) % COUNT) + 3))
        if (!client.socket.isPaused()) client.send('a')
      const began = performance.now()
      honest.received = ''
      honest.send(GET)
      expect(await honest.answers(1)).toMatchObject([{ status: 200, body: 'ok' }])
      times.push(performance.now() - began)
    }
    times.sort((a, b) => a - b)
    console.info(
      `honest requests beside ${COUNT} slow clients: p50 ${times[150]?.toFixed(1)} ms, p99 ${times[297]?.toFixed(1)} ms`,
    )
    expect(times[150]).toBeLessThan(100)
    for (const client of [...slow, honest]) client.socket.destroy()
  })
})
