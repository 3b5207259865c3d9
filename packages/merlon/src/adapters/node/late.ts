import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Guard } from '../../guard/guard.ts'
import type { Late } from '../../guard/late.ts'
import type { Single } from '../../guard/single.ts'
import type { Exchange } from './exchange.ts'
import { exchangeOf } from './exchange-of.ts'
import { handle, type NodeHandler, open } from './listener.ts'

const UNGUARDED = 'guard.route acts on requests of its own guard; write createServer(guard.listener(handler)) around it'

/** The handler behind an inline route. */
export function routed(guard: Guard, late: Late, handler: NodeHandler): NodeHandler {
  return (req) => {
    const exchange = exchangeOf(req)
    if (exchange?.guard !== guard) throw new TypeError(UNGUARDED)
    join(exchange, late, handler)
  }
}

/** The handler behind a defence by itself. */
export function alone(
  { guard, late }: Single,
  handler: NodeHandler,
): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    const known = exchangeOf(req)
    if (known) return join(known, late, handler)
    const exchange = open(guard, req, res)
    exchange.run(() => join(exchange, late, handler))
  }
}

function join(exchange: Exchange, late: Late, handler: NodeHandler): void {
  const { facts } = exchange
  const { query } = facts
  exchange.late(late, () => {
    // What a schema has stripped is gone for whoever parses the query again.
    if (facts.query !== query) facts.req.url = withQuery(facts.req.url, facts.query)
    handle(exchange, handler)
  })
}

/** The same target with another query. */
export function withQuery(target = '/', query: string): string {
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  return query === '' ? path : `${path}?${query}`
}
