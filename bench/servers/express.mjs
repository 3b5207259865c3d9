// @ts-check
// One Express API, bare or protected in one of three ways: `node express.mjs KIND`.
import { createServer } from 'node:http'
import express from 'express'
import { listen } from './listen.mjs'
import {
  BODY_BYTES,
  BOOK,
  isSmall,
  LIMIT_POLICY,
  limitText,
  log,
  ORIGIN,
  policy,
  QUOTA,
  SECURITY,
  WINDOW_SECONDS,
  Windows,
} from './protection.mjs'

const kind = process.argv[2]
const app = express()
let guard

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
    for (let at = 0; at < SECURITY.length; at += 2) res.setHeader(SECURITY[at] ?? '', SECURITY[at + 1] ?? '')
    res.setHeader('Vary', 'Origin')
    if (req.headers.origin === ORIGIN) {
      res.setHeader('Access-Control-Allow-Origin', ORIGIN)
      res.setHeader('Access-Control-Allow-Credentials', 'true')
    }
    res.setHeader('RateLimit-Policy', LIMIT_POLICY)
    res.setHeader('RateLimit', limitText(counted))
    if (counted.remaining < 0) res.status(429).end()
    else if (!isSmall(req)) res.status(413).end()
    else next()
  })
} else if (kind === 'merlon') {
  const { merlon } = await import(new URL('../../packages/merlon/dist/express.js', import.meta.url).href)
  guard = merlon(policy, { log })
  app.use(guard)
}
app.get('/books/:id', (_req, res) => {
  res.json(BOOK)
})
if (guard !== undefined) app.use(guard.errors)

listen(createServer(app))
