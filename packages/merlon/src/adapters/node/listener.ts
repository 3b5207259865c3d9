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
    exchange.run(() => {
      const guarded = req as GuardedRequest
      guarded.merlon = exchange.view
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
