import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { RequestInput } from '../../contract/facts.ts'
import type { ProblemCode } from '../../contract/problems.generated.ts'
import type { Guard } from '../../guard/guard.ts'
import type { RequestView } from '../../guard/view.ts'
import { Exchange } from './exchange.ts'

/** A request under the guard. `Input` is what is known of its schemas. */
export type GuardedRequest<Input = RequestInput> = IncomingMessage & { merlon: RequestView<Input> }

export type NodeHandler<Input = RequestInput> = (req: GuardedRequest<Input>, res: ServerResponse) => unknown

export interface ListenerOptions {
  /**
   * Called before a late request is ended, for what its handler has begun elsewhere: with `request-timeout` where the
   * body did not come, and `deadline-exceeded` otherwise. Gives the code of the problem that the client gets.
   */
  readonly onLate?: (req: GuardedRequest, res: ServerResponse, code: ProblemCode) => ProblemCode
}

/** For `createServer(guard.listener(handler))`. What the handler throws, or rejects with, becomes a problem. */
export function listener(guard: Guard, handler: NodeHandler, { onLate }: ListenerOptions = {}): RequestListener {
  return (req, res) => {
    const exchange = open(guard, req, res)
    const { facts } = exchange
    if (onLate) exchange.onLate = (code) => onLate(req as GuardedRequest, res, code)
    exchange.run(() => {
      if (facts.rewritten) req.url = facts.query ? `${facts.path}?${facts.query}` : facts.path
      handle(exchange, handler)
    })
  }
}

export function open(guard: Guard, req: IncomingMessage, res: ServerResponse): Exchange {
  const exchange = new Exchange(guard, req, res, req.url ?? '/')
  // Before the guard has spoken: whoever logs the answer asks it for refused requests too.
  ;(req as GuardedRequest).merlon = exchange.view
  return exchange
}

/** The handler's turn. */
export function handle(exchange: Exchange, handler: NodeHandler): void {
  const { req, res } = exchange.facts
  try {
    const result = handler(req as GuardedRequest, res)
    if (result instanceof Promise) result.catch((error) => exchange.fail(error))
  } catch (error) {
    exchange.fail(error)
  }
}
