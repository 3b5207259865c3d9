import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Exchange } from './exchange.ts'

const EXCHANGE = Symbol('merlon.exchange')

interface Holder {
  [EXCHANGE]?: Exchange
}

/** The exchange that a guard has begun for this request, if one has; of several the last. */
export function exchangeOf(req: IncomingMessage): Exchange | undefined {
  return holderOf(req)[EXCHANGE]
}

let last: Exchange | undefined

/** The same, by the response: most are answered before the next request comes, and then neither has to be looked at. */
export function exchangeBehind(res: ServerResponse): Exchange | undefined {
  return last !== undefined && last.facts.res === res ? last : exchangeOf(res.req)
}

export function holdExchange(req: IncomingMessage, exchange: Exchange): void {
  holderOf(req)[EXCHANGE] = exchange
  last = exchange
}

/** Its stream's state, whose kind stays the same whatever a framework makes of the request (see decision 0012). */
function holderOf(req: IncomingMessage): Holder {
  return (req as { _readableState?: Holder })._readableState ?? (req as Holder)
}
