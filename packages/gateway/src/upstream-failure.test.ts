import { afterEach, describe, expect, test } from 'vitest'
import { keepingLog } from './testing/silent-log.ts'
import { closeAll, signal, start } from './testing/start.ts'

afterEach(closeAll)

const LEAK = 'connect ECONNREFUSED postgres://shop:hunter2@10.0.0.7/orders\n    at query (/srv/app/db.js:9:1)'

describe('what the upstream says of its own failure', () => {
  test('stays with the log: the client gets the same status and a problem', async () => {
    const log = keepingLog()
    const { gateway } = await start(
      (_, res) => res.writeHead(500, { 'Content-Type': 'text/html', 'Set-Cookie': 'debug=1' }).end(LEAK),
      { log },
    )
    const answer = await fetch(gateway.address)
    const text = await answer.text()
    expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'application/problem+json'])
    expect(JSON.parse(text)).toMatchObject({ status: 500, requestId: answer.headers.get('x-request-id') })
    expect(text + JSON.stringify([...answer.headers])).not.toMatch(/hunter2|db\.js|debug/)
    expect(String(log.entries.map(({ fields }) => (fields['err'] as Error).cause))).toContain('hunter2')
  })

  test.each([500, 501, 502, 503, 504, 507, 599])('keeps its status, %d', async (status) => {
    const { gateway } = await start((_, res) => res.writeHead(status).end(LEAK))
    const answer = await fetch(gateway.address)
    expect(answer.status).toBe(status)
    expect(await answer.text()).not.toContain('hunter2')
  })

  test('tells when to come again', async () => {
    const { gateway } = await start((_, res) => res.writeHead(503, { 'Retry-After': '120' }).end(LEAK))
    expect((await fetch(gateway.address)).headers.get('retry-after')).toBe('120')
  })

  test('is read no further than a log needs, whatever its length', async () => {
    const closed = signal()
    const { gateway } = await start((_, res) => {
      res.on('close', () => closed.fire())
      res.writeHead(500)
      const more = () => {
        while (!res.destroyed && res.write('a'.repeat(16_384)));
        if (!res.destroyed) res.once('drain', more)
      }
      more()
    })
    expect((await fetch(gateway.address)).status).toBe(500)
    await closed.promise
  })

  test('may break off, and is a failure still', async () => {
    const { gateway } = await start((_, res) => {
      res.writeHead(500, { 'Content-Length': '1000' }).write(LEAK)
      setImmediate(() => res.destroy())
    })
    const answer = await fetch(gateway.address)
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('hunter2')
  })

  test('leaves the connections as they were, on both sides', async () => {
    const { backend, gateway } = await start((_, res) => res.writeHead(500).end(LEAK))
    for (let at = 0; at < 3; at++) await (await fetch(gateway.address)).text()
    expect(backend.seen).toHaveLength(3)
    expect(backend.sockets.size).toBe(1)
  })

  test('answers below 500 are the application speaking, and pass', async () => {
    const { gateway } = await start((_, res) => res.writeHead(422).end('no such voucher'))
    expect(await (await fetch(gateway.address)).text()).toBe('no such voucher')
  })
})
