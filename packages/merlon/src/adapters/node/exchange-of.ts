import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Exchange } from './exchange.ts'

const EXCHANGE = Symbol('merlon.exchange')

interface Holder {
  [EXCHANGE]?: Exchange
}

/** The exchange that a guard has begun for this request, if one has; of several the last. */
export function exchangeOf(req: IncomingMessage): Exchange | undefined {
  return (stateOf(req) as Holder)[EXCHANGE]
}

let last: Exchange | undefined

/** The same, by the response: most are answered before the next request comes, and then neither has to be looked at. */
export function exchangeBehind(res: ServerResponse): Exchange | undefined {
  return last !== undefined && last.facts.res === res ? last : exchangeOf(res.req)
}

export function holdExchange(req: IncomingMessage, exchange: Exchange): void {
  const holder: Holder = stateOf(req)
  holder[EXCHANGE] = exchange
  last = exchange
}

/**
 * Where to keep what belongs to a request: its stream's state, whose kind stays the same whatever a framework makes of the
 * request. In a WeakMap it would be looked after by the garbage collector, at a price.
 */
export function stateOf(req: IncomingMessage): object {
  return (req as { _readableState?: object })._readableState ?? req
}
