// @ts-check
// One API on node:http, bare or protected in one of three ways: `node node.mjs KIND`, and with `validate` after it by a
// schema too.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { parse } from 'node:querystring'
import { listen } from './listen.mjs'
import {
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

/** @typedef {import('node:http').IncomingMessage} Request @typedef {import('node:http').ServerResponse} Response */

const [kind = '', validate] = process.argv.slice(2)
const code = kind !== 'bare' && validate === 'validate' ? await import('./schemas.mjs') : undefined

/** @param {string} target */
function isValid(target) {
  if (code === undefined) return true
  const mark = target.indexOf('?')
  const id = target.slice(target.lastIndexOf('/', mark < 0 ? undefined : mark) + 1, mark < 0 ? undefined : mark)
  return (
    code.strict.BookParams.safeParse({ id }).success &&
    code.strict.Paging.safeParse(parse(target.slice(mark + 1))).success
  )
}

/** @param {Request} req @param {Response} res */
function answer(req, res) {
  if (!req.url?.startsWith('/books/')) return void res.writeHead(404).end()
  const body = JSON.stringify(BOOK)
  res.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) })
  res.end(body)
}

/** @type {Record<string, () => Promise<(req: Request, res: Response) => void>>} */
const kinds = {
  bare: async () => answer,

  glue: async () => {
    const [{ default: helmet }, { default: cors }, { rateLimit }] = await Promise.all([
      import('helmet'),
      import('cors'),
      import('express-rate-limit'),
    ])
    /** @type {any[]} */
    const chain = [
      helmet(),
      cors({ origin: [ORIGIN], credentials: true }),
      rateLimit({
        windowMs: WINDOW_SECONDS * 1000,
        limit: QUOTA,
        standardHeaders: 'draft-8',
        legacyHeaders: false,
        keyGenerator: (req) => req.socket.remoteAddress ?? '',
      }),
    ]
    return (req, res) => {
      let at = 0
      const next = () => {
        const each = chain[at++]
        if (each !== undefined) each(req, res, next)
        else if (isValid(req.url ?? '')) answer(req, res)
        else res.writeHead(400).end()
      }
      next()
    }
  },

  // The floor: one list of headers, put together and sent once.
  fused: async () => {
    const windows = new Windows()
    return (req, res) => {
      const counted = windows.count(req.socket.remoteAddress ?? '')
      const list = [...PLAIN_SECURITY, 'RateLimit-Policy', LIMIT_POLICY, 'RateLimit', limitText(counted)]
      list.push('X-Request-Id', randomUUID(), 'Vary', 'Origin')
      if (req.headers.origin === ORIGIN) {
        list.push('Access-Control-Allow-Origin', ORIGIN, 'Access-Control-Allow-Credentials', 'true')
      }
      if (counted.remaining < 0) return void res.writeHead(429, list).end()
      const fault = faultOf(req) || (isValid(req.url ?? '') ? 0 : 400)
      if (fault !== 0) return void res.writeHead(fault, list).end()
      const body = JSON.stringify(BOOK)
      list.push('Content-Type', 'application/json; charset=utf-8', 'Content-Length', String(Buffer.byteLength(body)))
      res.writeHead(200, list)
      res.end(body)
    }
  },

  merlon: async () => {
    const { merlon } = await import(new URL('../../packages/merlon/dist/node.js', import.meta.url).href)
    return (code === undefined ? merlon(policy, { log }) : merlon(validating, { log, code })).listener(answer)
  },
}

const make = kinds[kind]
if (make === undefined) throw new TypeError(`expected one of ${Object.keys(kinds).join(', ')}`)
listen(createServer(await make()))
