import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express5 from 'express'
import express4 from 'express4'
import { afterEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { merlon } from '../../express.ts'

let server: Server | undefined

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const Page = z.object({ page: z.coerce.number().default(1), tags: z.array(z.string()).optional() })
const User = z.object({ name: z.string().trim() })

describe.each([
  ['Express 4', express4 as unknown as typeof express5],
  ['Express 5', express5],
])('%s, a handler that knows nothing of the guard', (_name, express) => {
  /** The answer holds what such a handler finds. */
  async function ask(input: object, path: string, init: RequestInit = {}): Promise<unknown> {
    const guard = merlon({ routes: { '/books': { input } } }, { log, env: {} })
    const app = express()
    app.use(guard)
    app.use(express.json())
    app.use(express.urlencoded({ extended: true }))
    app.use((req, res) => {
      res.json({ url: req.url, query: req.query, body: req.body })
    })
    app.use(guard.errors)
    const listening = createServer(app)
    server = listening
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
    const answer = await fetch(`http://127.0.0.1:${(listening.address() as AddressInfo).port}${path}`, init)
    return answer.json()
  }

  const sent = (body: unknown): RequestInit => ({
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })

  test('finds the validated body and query where it looks for the raw ones', async () => {
    const input = { unknown: 'strip', query: Page, body: User }
    expect(await ask(input, '/books?page=2&debug=1', sent({ name: ' Ada ', isAdmin: true }))).toEqual({
      url: '/books?page=2',
      query: { page: 2 },
      body: { name: 'Ada' },
    })
  })

  test('finds no object where its parser of queries would have made one', async () => {
    expect(await ask({ query: { use: Page, unknown: 'strip' } }, '/books?page[$gt]=1&tags=a&tags=b')).toMatchObject({
      url: '/books?tags=a&tags=b',
      query: { page: 1, tags: ['a', 'b'] },
    })
    expect(await ask({ query: Page }, '/books?page[$gt]=1')).toMatchObject({ status: 400 })
  })

  test('finds all as it came in observe', async () => {
    const input = { mode: 'observe', query: Page, body: User }
    expect(await ask(input, '/books?page=2&debug=1', sent({ name: 1 }))).toEqual({
      url: '/books?page=2&debug=1',
      query: { page: '2', debug: '1' },
      body: { name: 1 },
    })
  })

  test('reads a body by itself where only the query has a schema', async () => {
    const form = { method: 'POST', body: new URLSearchParams({ a: '1' }) }
    expect(await ask({ query: Page }, '/books', form)).toMatchObject({ query: { page: 1 }, body: { a: '1' } })
  })
})
