import { type FetchHandler, guardFetch, type PeerOf } from './adapters/fetch/handle.ts'
import { webHost } from './adapters/fetch/host.ts'
import { buildGuard, type GuardOptions, type PolicyInput } from './guard/build.ts'
import { type GuardHandle, handleOf } from './guard/handle.ts'
import type { RequestView } from './guard/view.ts'
import { memoryCounters } from './stores/memory/index.ts'

export type { FetchHandler, PeerOf } from './adapters/fetch/handle.ts'
export { problem } from './contract/problem.ts'
export type { GuardOptions } from './guard/build.ts'
export { definePolicy } from './guard/expand/define.ts'

export interface FetchOptions<Rest extends unknown[]> {
  /** Tells the peer's address. Default: what Cloudflare's own header says in Workers, unknown elsewhere. */
  readonly peer?: PeerOf<Rest>
}

export interface FetchGuard extends GuardHandle {
  /** `export default { fetch: guard.fetch(handler) }`; the handler is called as the runtime would call it. */
  fetch<Rest extends unknown[]>(
    handler: FetchHandler<Rest>,
    options?: FetchOptions<Rest>,
  ): (request: Request, ...rest: Rest) => Promise<Response>
  /** The guard's work on a request that a handler was given: client, request id, nonce, signal… */
  of(request: Request): RequestView | undefined
}

/**
 * A guard for fetch handlers: Workers, Deno, Bun and what is built on them.
 *
 * @param policy written policy; `{}` is a hardened API
 * @throws PolicyError with every mistake of the policy, each with its place and what to write
 */
export function merlon(policy: PolicyInput = {}, options: GuardOptions = {}): FetchGuard {
  const guard = buildGuard(policy, options, webHost(memoryCounters), merlon)
  const views = new WeakMap<Request, RequestView>()
  return {
    ...handleOf(guard),
    fetch: (handler, options) =>
      guardFetch(guard, views, handler, options?.peer ?? ((...[request]) => webPeer(request))),
    of: (request) => views.get(request),
  }
}

/** Cloudflare writes this header itself, over whatever the client sent; anywhere else a client could. */
function webPeer(request: Request): string | undefined {
  return IN_WORKERS ? (request.headers.get('cf-connecting-ip') ?? undefined) : undefined
}

/** Its name is told from a compatibility date of 2022 on, the class was there before. */
const IN_WORKERS =
  (typeof navigator === 'object' && navigator.userAgent === 'Cloudflare-Workers') || 'WebSocketPair' in globalThis
