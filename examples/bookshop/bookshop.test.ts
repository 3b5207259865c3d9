import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBookshop } from './app.js'

let server: Server
let base: string

beforeAll(async () => {
  server = createBookshop().listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.close()
  server.closeAllConnections()
})

const json = (path: string, body: unknown) =>
  fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const titles = async (query: string) => {
  const { books } = (await (await fetch(`${base}/books?${query}`)).json()) as { books: { title: string }[] }
  return books.map((book) => book.title)
}

describe('the bookshop works', () => {
  test('health says ok', async () => {
    expect(await (await fetch(`${base}/health`)).json()).toEqual({ status: 'ok' })
  })

  test('books are found, sorted and paged', async () => {
    expect(await titles('')).toHaveLength(20)
    expect(await titles('q=bront&sort=title')).toEqual(['Jane Eyre', 'Wuthering Heights'])
    expect(await titles('sort=year&limit=2&page=2')).toEqual(['Jane Eyre', 'Wuthering Heights'])
  })

  test('one book is answered, and a missing one is 404', async () => {
    expect(await (await fetch(`${base}/books/5`)).json()).toEqual({
      id: 5,
      title: 'Moby-Dick',
      author: 'Herman Melville',
      year: 1851,
      cents: 1290,
    })
    expect((await fetch(`${base}/books/500`)).status).toBe(404)
  })

  test('a user signs up and logs in', async () => {
    const eve = { email: 'eve@bookshop.example', name: 'Eve', password: 'a long enough one' }
    expect((await json('/users', eve)).status).toBe(201)
    expect((await json('/auth/login', eve)).status).toBe(200)
    expect((await json('/auth/login', { ...eve, password: 'wrong' })).status).toBe(401)
  })

  test('an order is priced', async () => {
    const answer = await json('/orders', { bookId: 1, quantity: 2 })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({ book: 'Pride and Prejudice', cents: 1980 })
  })

  test('a file is taken', async () => {
    const form = new FormData()
    form.set('cover', new Blob(['pixels'], { type: 'image/png' }), 'cover.png')
    const answer = await fetch(`${base}/uploads`, { method: 'POST', body: form })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toEqual({ files: [{ originalname: 'cover.png', mimetype: 'image/png', size: 6 }] })
  })
})

describe('and it is as weak as its README says', () => {
  test('logins can be guessed without end', async () => {
    const guesses = Array.from({ length: 50 }, (_, at) => ({ email: 'ada@bookshop.example', password: `guess ${at}` }))
    const answers = await Promise.all(guesses.map((guess) => json('/auth/login', guess)))
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([401]))
  })

  test('the password reset tells who has an account', async () => {
    expect((await json('/auth/forgot-password', { email: 'ada@bookshop.example' })).status).toBe(200)
    expect((await json('/auth/forgot-password', { email: 'nobody@bookshop.example' })).status).toBe(404)
  })

  test('any origin may read answers with credentials', async () => {
    const { headers } = await fetch(`${base}/books`, { headers: { origin: 'https://evil.example' } })
    expect(headers.get('access-control-allow-origin')).toBe('https://evil.example')
    expect(headers.get('access-control-allow-credentials')).toBe('true')
  })

  test('no security header is set and the framework is named', async () => {
    const { headers } = await fetch(`${base}/books`)
    expect(headers.get('x-powered-by')).toBe('Express')
    expect(headers.get('x-content-type-options')).toBeNull()
    expect(headers.get('strict-transport-security')).toBeNull()
  })

  test('a body of any size is read', async () => {
    expect((await json('/orders', { bookId: 1, note: 'a'.repeat(2_000_000) })).status).toBe(201)
  })

  test('a sort order asks the database anything', async () => {
    const ask = (question: string) => titles(`sort=${encodeURIComponent(`iif(${question}, id, -id)`)}&limit=1`)
    expect(await ask("(SELECT role FROM users WHERE id = 1) = 'admin'")).toEqual(['Pride and Prejudice'])
    expect(await ask("(SELECT role FROM users WHERE id = 2) = 'admin'")).toEqual(['Mrs Dalloway'])
  })

  test('a new user makes himself an admin and is told the hash', async () => {
    const answer = await json('/users', { email: 'root@evil.example', name: 'r', password: 'p', role: 'admin' })
    expect(await answer.json()).toMatchObject({ role: 'admin', password: expect.stringMatching(/^[0-9a-f]{64}$/) })
  })

  test('errors show the stack and the secrets in their messages', async () => {
    const answer = await fetch(`${base}/boom`)
    expect(answer.status).toBe(500)
    const { error, stack } = (await answer.json()) as { error: string; stack: string }
    expect(error).toContain('s3cret')
    expect(stack).toContain('app.js')
    expect(await (await fetch(`${base}/books?sort=nonsense`)).text()).toContain('no such column: nonsense')
  })
})
