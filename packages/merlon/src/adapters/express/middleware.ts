import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Facts, paramsOf } from '../../contract/facts.ts'
import type { Guard } from '../../guard/guard.ts'
import type { RequestView } from '../../guard/view.ts'
import { Exchange } from '../node/exchange.ts'
import { exchangeOf } from '../node/exchange-of.ts'
import { giveView, hookApp } from './app.ts'
import { bearAsExpress } from './born.ts'
import { Misuse } from './misuse.ts'
import { holdParams } from './params.ts'

/** The part of Express' request that the guard touches; the same in Express 4 and 5. */
export interface ExpressRequest extends IncomingMessage {
  originalUrl: string
  baseUrl: string
  ip?: string | undefined
  app?: unknown
  merlon?: RequestView
}

/** What parsers put on it. Apart, since handlers after a middleware whose type says `body` would have it as that type. */
export interface ParsedRequest extends ExpressRequest {
  body?: unknown
  query?: unknown
  params?: unknown
  /** What body-parser 1 looks at to see that a body has been read. */
  _body?: boolean
}

type Next = (error?: unknown) => void

export type ExpressMiddleware = (req: ExpressRequest, res: ServerResponse, next: Next) => void
export type ExpressErrorHandler = (error: unknown, req: ExpressRequest, res: ServerResponse, next: Next) => void

export function expressMiddleware(guard: Guard): { middleware: ExpressMiddleware; errors: ExpressErrorHandler } {
  const errors: ExpressErrorHandler = (error, req, _res, next) => {
    const exchange = exchangeOf(req)
    if (exchange) exchange.fail(error)
    else next(error)
  }
  const misuse = new Misuse(guard.log, errors)
  const middleware: ExpressMiddleware = (req, res, next) => {
    // The same guard on the app and on a router: once is enough, and twice would charge twice.
    const before = exchangeOf(req)
    if (before?.guard === guard) return next()
    const exchange = new Exchange(guard, req, res, req.originalUrl, hookApp, before)
    exchange.run(() => {
      const { facts } = exchange
      giveView(req, exchange)
      expose(req, facts)
      giveBody(req, facts)
      giveQuery(req, facts)
      giveParams(req, facts)
      misuse.look(req, facts)
      bearAsExpress(req, res)
      next()
    })
  }
  return { middleware, errors }
}

/** A body that the guard has read is there for the handler as a parser would have left it. */
export function giveBody(req: ParsedRequest, { body }: Facts): void {
  if (!body || req._body) return
  req.body = body.value
  req._body = true
}

/** A query that was validated is there in place of the raw one. */
export function giveQuery(req: ParsedRequest, { held }: Facts): void {
  if (held?.query === undefined) return
  // Express 5 has a getter on the prototype, which parses the raw query at each use.
  Object.defineProperty(req, 'query', { value: held.query, writable: true, enumerable: true, configurable: true })
}

/** The router has yet to find the parameters, by names that may be its own. */
function giveParams(req: ParsedRequest, { held, route, params }: Facts): void {
  if (held?.params === undefined) return
  holdParams(req, paramsOf(route.names, params), held.params)
}

/** The router sees the canonical path, so that it decides by what the guard has decided by. */
function expose(req: ExpressRequest, { path, query, target, rewritten }: Facts): void {
  if (!rewritten) return
  const whole = query ? `${path}?${query}` : path
  if (whole === target) return
  // Under a mount point Express has cut the base off; where the canonical path lost it, the whole is exposed.
  req.url = path.startsWith(req.baseUrl) ? whole.slice(req.baseUrl.length) || '/' : whole
}
