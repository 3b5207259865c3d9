import type { IncomingMessage } from 'node:http'
import type { Exchange } from './exchange.ts'

const EXCHANGE = Symbol('merlon.exchange')

interface Holder {
  [EXCHANGE]?: Exchange
}

/** The exchange that a guard has begun for this request, if one has; of several the last. */
export function exchangeOf(req: IncomingMessage): Exchange | undefined {
  return holderOf(req)[EXCHANGE]
}

export function holdExchange(req: IncomingMessage, exchange: Exchange): void {
  holderOf(req)[EXCHANGE] = exchange
}

/** Its stream's state, whose kind stays the same whatever a framework makes of the request (see decision 0012). */
function holderOf(req: IncomingMessage): Holder {
  return (req as { _readableState?: Holder })._readableState ?? (req as Holder)
}
