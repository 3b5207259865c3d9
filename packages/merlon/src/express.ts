import { type ExpressErrorHandler, type ExpressMiddleware, expressMiddleware } from './adapters/express/middleware.ts'
import { nodeHost } from './adapters/node/host.ts'
import { buildGuard, type GuardOptions, type PolicyInput } from './guard/build.ts'
import { type GuardHandle, handleOf } from './guard/handle.ts'
import type { RequestView } from './guard/view.ts'
import { memoryCounters } from './stores/memory/index.ts'

export { problem } from './contract/problem.ts'
export type { GuardOptions } from './guard/build.ts'
export { definePolicy } from './guard/expand/define.ts'

declare global {
  namespace Express {
    interface Request {
      /** The guard's work: client, request id, nonce, signal… */
      merlon: RequestView
    }
  }
}

/** `app.use(guard)` before all else, `app.use(guard.errors)` after the last route. */
export interface ExpressGuard extends ExpressMiddleware, GuardHandle {
  readonly errors: ExpressErrorHandler
}

/**
 * A guard for Express 4 and 5.
 *
 * @param policy written policy; `{}` is a hardened API
 * @throws PolicyError with every mistake of the policy, each with its place and what to write
 */
export function merlon(policy: PolicyInput = {}, options: GuardOptions = {}): ExpressGuard {
  const guard = buildGuard(policy, options, nodeHost(memoryCounters), merlon)
  const { middleware, errors } = expressMiddleware(guard)
  return Object.assign(middleware, handleOf(guard), { errors })
}
