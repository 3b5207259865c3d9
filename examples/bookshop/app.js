// @ts-check
import cors from 'cors'
import express from 'express'
import multer from 'multer'
import { hashPassword, openShop } from './database.js'

/**
 * The sample API, as a team might write it before anybody asks about security. The README lists what is wrong with it.
 * @param {import('./database.js').Shop} [shop] default: a new one, in memory
 */
export function createBookshop(shop = openShop()) {
  const app = express()
  app.use(cors({ origin: true, credentials: true }))
  app.use(express.json({ limit: Number.POSITIVE_INFINITY }))
  const upload = multer({ storage: multer.memoryStorage() })

  app.get('/health', (_req, res) => {
    res.json({ status: 'ok' })
  })

  app.post('/auth/login', (req, res) => {
    const { email, password } = req.body
    const user = one(shop, 'SELECT * FROM users WHERE email = ?', email)
    if (!user) return void res.status(401).json({ error: `There is no account for ${email}` })
    if (user.password !== hashPassword(password)) return void res.status(401).json({ error: 'Wrong password' })
    const token = Buffer.from(`${user.id}:${user.email}`).toString('base64')
    res.json({ token, user: { id: user.id, email: user.email, name: user.name, role: user.role } })
  })

  app.post('/auth/forgot-password', (req, res) => {
    const { email } = req.body
    const user = one(shop, 'SELECT id FROM users WHERE email = ?', email)
    if (!user) return void res.status(404).json({ error: `There is no account for ${email}` })
    res.json({ message: `A link was sent to ${email}` })
  })

  app.get('/books', (req, res) => {
    const { q = '', page = 1, limit = 20, sort = 'title' } = req.query
    const like = `%${q}%`
    const books = shop
      .prepare(`SELECT * FROM books WHERE title LIKE ? OR author LIKE ? ORDER BY ${sort} LIMIT ? OFFSET ?`)
      .all(like, like, Number(limit), (Number(page) - 1) * Number(limit))
    res.json({ page: Number(page), limit: Number(limit), books })
  })

  app.get('/books/:id', (req, res) => {
    const book = one(shop, 'SELECT * FROM books WHERE id = ?', req.params.id)
    if (!book) return void res.status(404).json({ error: 'There is no such book' })
    res.json(book)
  })

  app.post('/users', (req, res) => {
    const user = { role: 'reader', ...req.body, password: hashPassword(req.body.password) }
    const { lastInsertRowid } = shop
      .prepare('INSERT INTO users (email, name, password, role) VALUES (?, ?, ?, ?)')
      .run(user.email, user.name, user.password, user.role)
    res.status(201).json({ id: Number(lastInsertRowid), ...user })
  })

  app.post('/orders', (req, res) => {
    const { bookId, quantity = 1, note = '' } = req.body
    const book = one(shop, 'SELECT * FROM books WHERE id = ?', bookId)
    const { lastInsertRowid } = shop
      .prepare('INSERT INTO orders (bookId, quantity, note) VALUES (?, ?, ?)')
      .run(book.id, quantity, note)
    res.status(201).json({ id: Number(lastInsertRowid), book: book.title, cents: book.cents * quantity })
  })

  app.post('/uploads', upload.any(), (req, res) => {
    const files = /** @type {Express.Multer.File[]} */ (req.files ?? [])
    res.status(201).json({ files: files.map(({ originalname, mimetype, size }) => ({ originalname, mimetype, size })) })
  })

  app.get('/boom', () => {
    throw new Error('connect ECONNREFUSED postgres://bookshop:s3cret@10.0.3.7:5432/orders')
  })

  app.use(sendError)
  return app
}

/**
 * The first row, or undefined; libsql's own `get` adds a column of its own.
 * @param {import('./database.js').Shop} shop
 * @param {string} sql
 * @param {unknown[]} values
 * @returns {any}
 */
function one(shop, sql, ...values) {
  return shop.prepare(sql).all(...values)[0]
}

/**
 * @param {any} error
 * @param {express.Request} _req
 * @param {express.Response} res
 * @param {express.NextFunction} _next
 */
function sendError(error, _req, res, _next) {
  res.status(error.status ?? 500).json({ error: error.message, stack: error.stack })
}
