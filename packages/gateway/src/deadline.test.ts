import { request } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { RawClient } from './testing/raw.ts'
import { keepingLog } from './testing/silent-log.ts'
import { closeAll, signal, start } from './testing/start.ts'

afterEach(closeAll)

const HOST = 'Host: gateway.test\r\n'
const GET = `GET / HTTP/1.1\r\n${HOST}\r\n`

describe('the policy’s deadline in the gateway', () => {
  test('a late service is a 504, and is let go', async () => {
    const gone = signal()
    const log = keepingLog()
    const { gateway } = await start((_req, res) => void res.on('close', () => gone.fire()), {
      policy: { deadline: '150ms' },
      log,
    })
    const answer = await fetch(gateway.address)
    expect(answer.status).toBe(504)
    expect(await answer.json()).toMatchObject({ type: 'urn:merlon:problem:gateway-timeout' })
    await gone.promise
    expect(log.entries.map(({ fields }) => fields)).toMatchObject([{ event: 'refused', code: 'gateway-timeout' }])
  })

  test('an answer that has begun and stalls is cut, and both sides are let go', async () => {
    const gone = signal()
    const lines: string[] = []
    const { gateway } = await start(
      (_req, res) => {
        res.on('close', () => gone.fire())
        res.write('the first part')
      },
      { policy: { deadline: '150ms' }, accessLog: { write: (text) => void lines.push(text) } },
    )
    const client = await RawClient.open(gateway.address)
    client.send(GET)
    await client.closed()
    expect(client.received).toContain('the first part')
    expect(client.received).not.toContain('\r\n0\r\n')
    await gone.promise
    await gateway.close()
    expect(JSON.parse(lines.join(''))).toMatchObject({ status: 200, cut: 'upstream', refusal: 'gateway-timeout' })
  })

  test('a client that does not take its answer is cut', async () => {
    const gone = signal()
    const { gateway } = await start(
      (_req, res) => {
        const push = (): void => {
          while (res.write(Buffer.alloc(100_000)));
        }
        res.on('drain', push).on('close', () => gone.fire())
        push()
      },
      { policy: { deadline: '200ms' } },
    )
    const client = await RawClient.open(gateway.address)
    client.socket.pause()
    client.send(GET)
    await gone.promise
    client.socket.destroy()
  })

  test.each([
    ['small', 'Content-Length: 100\r\n\r\nabc'],
    ['large', `Content-Length: 100000\r\n\r\n${'x'.repeat(90_000)}`],
  ])('a body that does not come is a 408, a %s one too', async (_, bytes) => {
    const { gateway, backend } = await start((req) => void req.on('error', () => {}).resume(), {
      policy: { deadline: { body: '150ms' } },
    })
    const client = await RawClient.open(gateway.address)
    client.send(`POST / HTTP/1.1\r\n${HOST}${bytes}`)
    expect(await client.answers(1)).toMatchObject([{ status: 408, headers: { connection: 'close' } }])
    client.socket.end()
    await client.closed()
    expect(backend.seen).toEqual([])
  })

  test('a service that does not take a body is late, and not the client', async () => {
    const { gateway } = await start((req) => void req.pause(), {
      policy: { deadline: { total: '1200ms', body: '500ms', idle: '500ms' }, size: '1gb' },
    })
    const sent = request(gateway.address, { method: 'POST', headers: { 'Content-Length': '50000000' } })
    sent.on('error', () => {})
    sent.write(Buffer.alloc(50_000_000))
    const status = await new Promise((resolve) => sent.on('response', (answer) => resolve(answer.statusCode)))
    expect(status).toBe(504)
    sent.destroy()
  })

  test('heads have the time that the policy says, where the gateway is told nothing else', async () => {
    const { gateway } = await start(undefined, { policy: { deadline: { headers: '150ms' } } })
    const client = await RawClient.open(gateway.address)
    client.send(`GET / HTTP/1.1\r\n${HOST}X: a`)
    expect(await client.closed()).toMatchObject([{ status: 408 }])
    const patient = await start(undefined, {
      policy: { deadline: { headers: '100ms' } },
      timeouts: { headersMs: 10_000 },
    })
    const other = await RawClient.open(patient.gateway.address)
    other.send(`GET / HTTP/1.1\r\n${HOST}`)
    await new Promise((resolve) => setTimeout(resolve, 300))
    other.send('\r\n')
    expect(await other.answers(1)).toMatchObject([{ status: 200 }])
    other.socket.destroy()
  })
})
