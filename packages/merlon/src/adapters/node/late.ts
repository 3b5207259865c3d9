import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Guard } from '../../guard/guard.ts'
import type { Late } from '../../guard/late.ts'
import type { Single } from '../../guard/single.ts'
import { type Exchange, exchangeOf } from './exchange.ts'
import { handle, type NodeHandler, open } from './listener.ts'

const UNGUARDED = 'guard.route acts on requests of its own guard; write createServer(guard.listener(handler)) around it'

/** The handler behind an inline route. */
export function routed(guard: Guard, late: Late, handler: NodeHandler): NodeHandler {
  return (req) => {
    const exchange = exchangeOf(req)
    if (exchange?.guard !== guard) throw new TypeError(UNGUARDED)
    exchange.late(late, () => handle(exchange, handler))
  }
}

/** The handler behind a defence by itself. */
export function alone(
  { guard, late }: Single,
  handler: NodeHandler,
): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    const join = (exchange: Exchange) => exchange.late(late, () => handle(exchange, handler))
    const known = exchangeOf(req)
    if (known) return join(known)
    const exchange = open(guard, req, res)
    exchange.run(() => join(exchange))
  }
}
