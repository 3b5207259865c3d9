import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Guard } from '../../guard/guard.ts'
import type { RequestView } from '../../guard/view.ts'
import { Exchange } from './exchange.ts'

/** A request under the guard. */
export type GuardedRequest = IncomingMessage & { merlon: RequestView }

export type NodeHandler = (req: GuardedRequest, res: ServerResponse) => unknown

/** For `createServer(guard.listener(handler))`. What the handler throws, or rejects with, becomes a problem. */
export function listener(guard: Guard, handler: NodeHandler): RequestListener {
  return (req, res) => {
    const exchange = new Exchange(guard, req, res, req.url ?? '/')
    const { facts } = exchange
    const guarded = req as GuardedRequest
    // Before the guard has spoken: whoever logs the answer asks it for refused requests too.
    guarded.merlon = exchange.view
    exchange.run(() => {
      req.url = facts.query ? `${facts.path}?${facts.query}` : facts.path
      try {
        const result = handler(guarded, res)
        if (result instanceof Promise) result.catch((error) => exchange.fail(error))
      } catch (error) {
        exchange.fail(error)
      }
    })
  }
}
