import type { ServerResponse } from 'node:http'
import type { Guard } from '../../guard/guard.ts'
import type { Late } from '../../guard/late.ts'
import type { Single } from '../../guard/single.ts'
import { Exchange, exchangeOf } from '../node/exchange.ts'
import { giveView, hookApp } from './app.ts'
import {
  type ExpressErrorHandler,
  type ExpressMiddleware,
  type ExpressRequest,
  giveBody,
  type ParsedRequest,
} from './middleware.ts'

const UNGUARDED = 'guard.route acts on requests of its own guard; write app.use(guard) before the routes'

/** The middleware of an inline route. */
export function routed(guard: Guard, late: Late): ExpressMiddleware {
  return (req, _res, next) => {
    const exchange = exchangeOf(req)
    if (exchange?.guard === guard) join(exchange, late, req, next)
    else next(new TypeError(UNGUARDED))
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
  exchange.late(late, () => {
    giveBody(req, facts)
    next()
  })
}
