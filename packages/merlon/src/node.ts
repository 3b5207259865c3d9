import type { IncomingMessage, RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { answerBare, type BareAnswer } from './adapters/node/bare.ts'
import { exchangeOf } from './adapters/node/exchange.ts'
import { nodeHost } from './adapters/node/host.ts'
import { listener, type NodeHandler } from './adapters/node/listener.ts'
import type { ProblemCode } from './contract/problems.generated.ts'
import { buildGuard, type GuardOptions, type PolicyInput } from './guard/build.ts'
import { type GuardHandle, handleOf } from './guard/handle.ts'
import { memoryCounters } from './stores/memory/index.ts'

export type { BareAnswer } from './adapters/node/bare.ts'
export type { GuardedRequest, NodeHandler } from './adapters/node/listener.ts'
export { problem } from './contract/problem.ts'
export type { GuardOptions } from './guard/build.ts'
export { definePolicy } from './guard/expand/define.ts'

export interface NodeGuard extends GuardHandle {
  /** For `createServer(guard.listener(handler))`; the handler finds the guard's work at `req.merlon`. */
  listener(handler: NodeHandler): RequestListener
  /** Ends a request with what was thrown, as if the handler had thrown it: for errors in callbacks. */
  fail(req: IncomingMessage, error: unknown): void
  /**
   * The problem for bytes that never became a request, in the policy's own form: for whoever handles `clientError`. It
   * is reported as any refusal; the caller writes it, and closes.
   */
  answerTo(socket: Socket, code: ProblemCode): BareAnswer
}

/**
 * A guard for node:http and node:https.
 *
 * @param policy written policy; `{}` is a hardened API
 * @throws PolicyError with every mistake of the policy, each with its place and what to write
 */
export function merlon(policy: PolicyInput = {}, options: GuardOptions = {}): NodeGuard {
  const guard = buildGuard(policy, options, nodeHost(memoryCounters), merlon)
  return {
    ...handleOf(guard),
    listener: (handler) => listener(guard, handler),
    fail: (req, error) => exchangeOf(req)?.fail(error),
    answerTo: (socket, code) => answerBare(guard, socket.remoteAddress, 'encrypted' in socket, code),
  }
}
