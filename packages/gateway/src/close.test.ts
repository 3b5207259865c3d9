import { afterEach, describe, expect, test } from 'vitest'
import { RawClient } from './testing/raw.ts'
import { closeAll, signal, start } from './testing/start.ts'

afterEach(closeAll)

const GET = 'GET / HTTP/1.1\r\nHost: gateway.test\r\n\r\n'

describe('the admin listener', () => {
  test('says that the process lives, that it takes requests and what it counts, and nothing else unasked', async () => {
    const { gateway } = await start(undefined, { admin: '127.0.0.1:0' })
    const answers = await Promise.all(
      ['/healthz', '/readyz', '/', '/metrics', '/healthz/', '/readyz?x'].map((path) =>
        fetch(`${gateway.adminAddress}${path}`),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 200, 404, 404])
    expect(await answers[1]?.json()).toEqual({ status: 'ready' })
    expect((await fetch(`${gateway.adminAddress}/healthz`, { method: 'POST' })).status).toBe(404)
  })

  test('is nowhere where it is turned off, and its paths go to the upstream on the other listener', async () => {
    const { gateway, backend } = await start()
    expect(gateway.adminAddress).toBeUndefined()
    await fetch(`${gateway.address}/readyz`)
    expect(backend.seen).toMatchObject([{ url: '/readyz' }])
  })
})

describe('closing', () => {
  test('turns readiness first, lets what is in flight finish, closes idle connections, and takes no new ones', async () => {
    const reached = signal()
    const finish = signal()
    const { gateway } = await start(
      (req, res) => {
        if (req.url !== '/slow') return void res.end('ok')
        reached.fire()
        void finish.promise.then(() => res.end('finished'))
      },
      { admin: '127.0.0.1:0' },
    )
    const idle = await RawClient.open(gateway.address)
    idle.send(GET)
    await idle.answers(1)
    const busy = await RawClient.open(gateway.address)
    // What waits behind it was never begun, and may be asked again elsewhere.
    busy.send(`GET /slow HTTP/1.1\r\nHost: gateway.test\r\n\r\n${GET}`)
    await reached.promise

    const closed = gateway.close()
    const ready = await fetch(`${gateway.adminAddress}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toEqual({ status: 'draining' })
    expect((await fetch(`${gateway.adminAddress}/healthz`)).status).toBe(200)
    await idle.closed()
    await expect(fetch(gateway.address)).rejects.toThrow()
    finish.fire()
    expect(await busy.closed()).toMatchObject([{ status: 200, body: 'finished', headers: { connection: 'close' } }])
    await closed
    await expect(fetch(`${gateway.adminAddress}/healthz`)).rejects.toThrow()
    expect(gateway.close()).toBe(closed)
  })

  test('ends a connection after an answer that had promised to keep it', async () => {
    const { gateway } = await start((_req, res) => {
      res.write('a')
      setTimeout(() => res.end('b'), 100)
    })
    const client = await RawClient.open(gateway.address)
    client.send(GET)
    await client.until(() => client.received.includes('a\r\n'))
    await gateway.close()
    expect(await client.closed()).toMatchObject([{ body: 'ab', headers: { connection: 'keep-alive' } }])
  })

  test('cuts what is not done within its bound', async () => {
    const gone = signal()
    const { gateway } = await start((_req, res) => void res.on('close', () => gone.fire()), {
      timeouts: { drainMs: 150 },
    })
    const client = await RawClient.open(gateway.address)
    client.send(GET)
    await client.until(() => true)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await gateway.close()
    expect(await client.closed()).toEqual([])
    await gone.promise
  })
})
