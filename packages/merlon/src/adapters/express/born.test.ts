import { createServer, IncomingMessage, request, type Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import express4 from 'express4'
import { describe, expect, onTestFinished, test } from 'vitest'
import { merlon } from '../../express.ts'
import { recorder } from '../node/server.fixture.ts'

async function listen(server: Server): Promise<(path: string, headers?: Record<string, string>) => Promise<string>> {
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return (path, headers = {}) =>
    new Promise((resolve, reject) => {
      const req = request({ host: '127.0.0.1', port, path, headers, agent: false }, async (res) => {
        let text = ''
        for await (const chunk of res.setEncoding('utf8')) text += chunk
        resolve(text)
      })
      req.on('upgrade', (_res, socket) => {
        socket.destroy()
        resolve('upgraded')
      })
      req.on('error', reject)
      req.end()
    })
}

/** An app under a guard, and what requests and responses were before Express had them. */
function guarded(make: typeof express) {
  const app = make()
  app.use(merlon({}, { log: recorder().log, env: {} }))
  app.get('/books/:id', (req, res) => {
    res.json({ id: req.params['id'], q: req.query['q'], client: req.merlon.client.address, ip: req.ip })
  })
  return app
}

/** Prototypes as node makes them: seen before any listener. */
function watch(server: Server, seen: unknown[]): void {
  const { emit } = server
  server.emit = function (this: Server, event: string, ...given: unknown[]) {
    if (event === 'request') seen.push(Object.getPrototypeOf(given[0]), Object.getPrototypeOf(given[1]))
    return emit.apply(this, [event, ...given] as never)
  } as typeof emit
}

describe.each([
  ['Express 5', express],
  ['Express 4', express4 as unknown as typeof express],
])('%s', (_name, make) => {
  test('finds requests with its own prototypes where it is all that a server calls', async () => {
    const app = guarded(make)
    const server = createServer(app)
    const seen: unknown[] = []
    watch(server, seen)
    const get = await listen(server)
    const answer = '{"id":"7","q":"a","client":"127.0.0.1","ip":"127.0.0.1"}'
    expect([await get('/books/7?q=a'), await get('/books/7?q=a'), await get('/books/7?q=a')]).toEqual(
      Array(3).fill(answer),
    )
    expect(seen.slice(0, 2)).toEqual([IncomingMessage.prototype, ServerResponse.prototype])
    for (const at of [2, 4]) {
      expect(seen[at]).toBe(app.request)
      expect(seen[at + 1]).toBe(app.response)
    }
    expect(app.request).toBeInstanceOf(IncomingMessage)
  })

  test('within another app leaves each what is its own', async () => {
    const outer = make()
    outer.use('/inner', guarded(make))
    outer.get('/own', (req, res) => {
      res.send(String((req as { app: unknown }).app === outer))
    })
    const get = await listen(createServer(outer))
    for (let turn = 0; turn < 3; turn++) {
      expect(await get('/inner/books/7')).toContain('"id":"7"')
      expect(await get('/own')).toBe('true')
    }
  })

  test('that is called by something else, beside something else, or on requests of another kind, changes nothing', async () => {
    const behind = guarded(make)
    const beside = createServer(guarded(make))
    beside.on('request', () => {})
    class Own extends IncomingMessage {}
    const servers = [createServer((req, res) => void behind(req, res)), beside]
    for (const server of servers) {
      const seen: unknown[] = []
      watch(server, seen)
      const get = await listen(server)
      for (let turn = 0; turn < 3; turn++) await get('/books/7')
      expect(new Set(seen)).toEqual(new Set([IncomingMessage.prototype, ServerResponse.prototype]))
    }
    const seen: unknown[] = []
    const own = createServer({ IncomingMessage: Own }, guarded(make))
    watch(own, seen)
    const get = await listen(own)
    for (let turn = 0; turn < 3; turn++) expect(await get('/books/7')).toContain('"id":"7"')
    expect(seen.filter((_, at) => at % 2 === 0)).toEqual(Array(3).fill(Own.prototype))
  })

  test('leaves upgrades to whoever takes them', async () => {
    const server = createServer(guarded(make))
    server.on('upgrade', (req, socket) => {
      const { upgrade, host } = req.headers
      socket.end(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\nX-Host: ${host}\r\n\r\n`,
      )
    })
    const get = await listen(server)
    await get('/books/7')
    expect(await get('/socket', { connection: 'upgrade', upgrade: 'websocket' })).toBe('upgraded')
    expect(await get('/books/7')).toContain('"id":"7"')
  })
})
