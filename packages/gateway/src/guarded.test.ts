import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { serve } from './serve.ts'
import { type Seen, valuesOf } from './testing/backend.ts'
import { RawClient } from './testing/raw.ts'
import { closeAll, start } from './testing/start.ts'

afterEach(closeAll)

const HOST = 'Host: gateway.test\r\n'

describe('the guard in the gateway', () => {
  test('puts its headers on every answer and takes away what names the service', async () => {
    const { gateway } = await start((_req, res) => {
      res.writeHead(200, { Server: 'secret/1.0', 'X-Powered-By': 'Secret' })
      res.end('ok')
    })
    const { headers } = await fetch(gateway.address)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toBeTruthy()
    expect([...headers].flat().join()).not.toMatch(/secret/i)
  })

  test('names the line of the call where a policy is wrong', async () => {
    const line = new Error().stack?.split('\n')[1]?.match(/guarded\.test\.ts:(\d+)/)?.[1]
    const failed = await serve({ upstream: 'http://127.0.0.1:1', policy: { limits: 'often' } as never }).catch(String)
    expect(failed).toMatch(/guarded\.test\.ts:\d+/)
    expect(failed).toContain(`guarded.test.ts:${Number(line) + 1}:`)
  })

  test('does not start with a policy that needs code, and says where it belongs', async () => {
    const policy = { routes: { 'POST /users': { input: { body: { use: 'NewUser' } } } } }
    await expect(start(undefined, { policy })).rejects.toThrow(
      /routes\["POST \/users"\]\.input\.body\.use\n.*this host runs none.*"NewUser"\n.*merlon\(policy, \{ code: \{ NewUser \} \}\)/,
    )
  })

  test('hands a compressed body on as what it counted', async () => {
    const { backend, gateway } = await start()
    const body = JSON.stringify({ a: 'x'.repeat(5000) })
    const answer = await fetch(gateway.address, {
      method: 'POST',
      body: gzipSync(body),
      headers: { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' },
    })
    expect(answer.status).toBe(200)
    const [seen] = backend.seen as [Seen]
    expect(seen.body).toBe(body)
    expect(valuesOf(seen, 'content-encoding')).toEqual([])
    expect(valuesOf(seen, 'content-length')).toEqual([String(body.length)])
  })

  test('refuses a body that is small on the wire and large when decompressed', async () => {
    const { backend, gateway } = await start()
    const answer = await fetch(gateway.address, {
      method: 'POST',
      body: gzipSync(Buffer.alloc(10_000_000)),
      headers: { 'Content-Encoding': 'gzip' },
    })
    expect(answer.status).toBe(413)
    expect(backend.seen).toEqual([])
  })

  test('reads a body that a limit counts by, and the service gets it whole', async () => {
    const policy = {
      transport: { http: 'allow' } as const,
      routes: { 'POST /login': { limits: { account: { rate: '2/1m', by: { body: 'email' } } } } },
    }
    const { backend, gateway } = await start(undefined, { policy })
    const login = (email: string, from: string) =>
      fetch(`${gateway.address}/login`, {
        method: 'POST',
        body: JSON.stringify({ email }),
        headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': from },
      })
    const statuses = []
    for (const email of ['a@b.test', 'A@b.test', 'a@B.test ', 'c@d.test']) {
      statuses.push((await login(email, `192.0.2.${statuses.length}`)).status)
    }
    expect(statuses).toEqual([200, 200, 429, 200])
    expect(backend.seen.map(({ body }) => JSON.parse(body))).toEqual([
      { email: 'a@b.test' },
      { email: 'A@b.test' },
      { email: 'c@d.test' },
    ])
  })

  test('answers a burst by one client with 429, whatever X-Forwarded-For says', async () => {
    const { backend, gateway } = await start(undefined, {
      policy: { transport: { http: 'allow' }, limits: { general: '5/1m' } },
    })
    const statuses: number[] = []
    for (let at = 0; at < 8; at++) {
      const answer = await fetch(gateway.address, { headers: { 'X-Real-IP': `192.0.2.${at}` } })
      statuses.push(answer.status)
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429])
    expect(backend.seen.length).toBe(5)
  })

  test('gives what never became a request the form that the policy gives to errors', async () => {
    const { gateway } = await start(undefined, { policy: { errors: { format: 'error' } } })
    const client = await RawClient.open(gateway.address)
    client.send(`GET / HTTP/1.1\r\n${HOST}X : a\r\n\r\n`)
    const [answer] = await client.closed()
    expect(answer?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ error: { code: 'request-ambiguous' } })
    expect(answer?.headers['x-request-id']).toBe(JSON.parse(answer?.body ?? '').error.requestId)
  })

  test('answers a preflight by itself', async () => {
    const { backend, gateway } = await start(undefined, {
      policy: { cors: { origins: ['https://app.test'] } } as never,
    })
    const answer = await fetch(gateway.address, {
      method: 'OPTIONS',
      headers: { Origin: 'https://app.test', 'Access-Control-Request-Method': 'POST' },
    })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.test')
    expect(backend.seen).toEqual([])
  })
})
