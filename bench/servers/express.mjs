// @ts-check
// One Express API, bare or protected in one of three ways: `node express.mjs KIND`; with `validate` after it by a schema
// too, and with `behind` a function stands between server and app.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import express from 'express'
import { listen } from './listen.mjs'
import {
  BODY_BYTES,
  BOOK,
  faultOf,
  LIMIT_POLICY,
  limitText,
  log,
  ORIGIN,
  PLAIN_SECURITY,
  policy,
  QUOTA,
  validating,
  WINDOW_SECONDS,
  Windows,
} from './protection.mjs'

const [kind, more] = process.argv.slice(2)
const code = kind !== 'bare' && more === 'validate' ? await import('./schemas.mjs') : undefined
const app = express()
/** @type {import('express').RequestHandler[]} */
const checks = []
let guard

if (code !== undefined && kind !== 'merlon') {
  checks.push((req, res, next) => {
    const valid =
      code.strict.BookParams.safeParse(req.params).success && code.strict.Paging.safeParse(req.query).success
    if (valid) next()
    else res.status(400).end()
  })
}

if (kind === 'glue') {
  const [{ default: helmet }, { default: cors }, { rateLimit }] = await Promise.all([
    import('helmet'),
    import('cors'),
    import('express-rate-limit'),
  ])
  app.use(helmet())
  app.use(cors({ origin: [ORIGIN], credentials: true }))
  app.use(
    rateLimit({ windowMs: WINDOW_SECONDS * 1000, limit: QUOTA, standardHeaders: 'draft-8', legacyHeaders: false }),
  )
  app.use(express.json({ limit: BODY_BYTES }))
} else if (kind === 'fused') {
  const windows = new Windows()
  app.disable('x-powered-by')
  app.use((req, res, next) => {
    const counted = windows.count(req.socket.remoteAddress ?? '')
    for (let at = 0; at < PLAIN_SECURITY.length; at += 2) {
      res.setHeader(PLAIN_SECURITY[at] ?? '', PLAIN_SECURITY[at + 1] ?? '')
    }
    res.setHeader('Vary', 'Origin')
    if (req.headers.origin === ORIGIN) {
      res.setHeader('Access-Control-Allow-Origin', ORIGIN)
      res.setHeader('Access-Control-Allow-Credentials', 'true')
    }
    res.setHeader('RateLimit-Policy', LIMIT_POLICY)
    res.setHeader('RateLimit', limitText(counted))
    res.setHeader('X-Request-Id', randomUUID())
    const fault = faultOf(req)
    if (counted.remaining < 0) res.status(429).end()
    else if (fault !== 0) res.status(fault).end()
    else next()
  })
} else if (kind === 'merlon') {
  const { merlon } = await import(new URL('../../packages/merlon/dist/express.js', import.meta.url).href)
  guard = code === undefined ? merlon(policy, { log }) : merlon(validating, { log, code })
  app.use(guard)
}
app.get('/books/:id', ...checks, (_req, res) => {
  res.json(BOOK)
})
if (guard !== undefined) app.use(guard.errors)

listen(createServer(more === 'behind' ? (req, res) => void app(req, res) : app))
