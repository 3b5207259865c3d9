import type { ServerResponse } from 'node:http'
import type { Facts } from '../../contract/facts.ts'
import type { Guard } from '../../guard/guard.ts'
import type { Late } from '../../guard/late.ts'
import type { Single } from '../../guard/single.ts'
import { Exchange } from '../node/exchange.ts'
import { exchangeOf } from '../node/exchange-of.ts'
import { withQuery } from '../node/late.ts'
import { giveView, hookApp } from './app.ts'
import {
  type ExpressErrorHandler,
  type ExpressMiddleware,
  type ExpressRequest,
  giveQuery,
  type ParsedRequest,
} from './middleware.ts'
import { holdParams } from './params.ts'

const UNGUARDED = 'guard.route acts on requests of its own guard; write app.use(guard) before the routes'

/** The middleware of an inline route, and of the handler behind it where it is given one. */
export function routed(guard: Guard, late: Late, handler?: AnyHandler): ExpressMiddleware {
  return (req, res, next) => {
    const exchange = exchangeOf(req)
    if (exchange?.guard !== guard) return next(new TypeError(UNGUARDED))
    join(exchange, late, req, handler ? () => handle(handler as Handler, req, res, next) : next)
  }
}

/** A handler of whatever type its request is. */
export type AnyHandler = (...given: never[]) => unknown

type Handler = (...given: Parameters<ExpressMiddleware>) => unknown

/** What it throws is for the app's error handlers, as it is where Express calls it; the promise also in Express 4. */
function handle(handler: Handler, ...given: Parameters<ExpressMiddleware>): void {
  const [, , next] = given
  try {
    const result = handler(...given)
    if (result instanceof Promise) result.catch(next)
  } catch (error) {
    next(error)
  }
}

/** The middleware of a defence by itself. */
export function alone(single: Single): ExpressMiddleware {
  return (req, res, next) => withExchange(single, req, res, (exchange) => join(exchange, single.late, req, next))
}

/** The error handler of `errors` by itself. */
export function aloneErrors(single: Single): ExpressErrorHandler {
  return (error, req, res, _next) => {
    withExchange(single, req, res, (exchange) => exchange.late(single.late, () => exchange.fail(error)))
  }
}

function withExchange({ guard }: Single, req: ExpressRequest, res: ServerResponse, then: (it: Exchange) => void): void {
  const known = exchangeOf(req)
  if (known) {
    then(known)
    return
  }
  const exchange = new Exchange(guard, req, res, req.originalUrl, hookApp)
  giveView(req, exchange)
  exchange.run(() => then(exchange))
}

function join(exchange: Exchange, late: Late, req: ParsedRequest, next: () => void): void {
  const { facts } = exchange
  // A parser has had the body: what it made of it is what the handler will use.
  if (!facts.body && req.body !== undefined && (req._body || req.readableEnded)) facts.parsed = { value: req.body }
  const { params } = req
  facts.routerParams = isObject(params) ? params : undefined
  const { body, held, query } = facts
  exchange.late(late, () => {
    if (facts.body !== body) {
      req.body = facts.body?.value
      req._body = true
    }
    if (facts.held !== held) giveHeld(req, facts, { held, query })
    next()
  })
}

/** What an inline route has validated stands where a handler looks for what came. */
function giveHeld(req: ParsedRequest, facts: Facts, before: Pick<Facts, 'held' | 'query'>): void {
  const { held, query, routerParams } = facts
  if (held?.body !== before.held?.body) {
    req.body = held?.body
    // No parser after this begins anew.
    req._body = true
  }
  if (held?.query !== before.held?.query) giveQuery(req, facts)
  if (query !== before.query) req.url = withQuery(req.url, query)
  if (held?.params !== before.held?.params && routerParams) {
    holdParams(req, routerParams, held?.params).give(held?.params)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
