import { exchangeOf, exchangeUnder } from './adapters/fetch/exchange.ts'
import { type FetchHandler, guardFetch, type PeerOf } from './adapters/fetch/handle.ts'
import { webHost } from './adapters/fetch/host.ts'
import { alone, routed } from './adapters/fetch/late.ts'
import { IN_WORKERS } from './adapters/fetch/platform.ts'
import type { TypedFetchHandler, TypedRequest } from './adapters/fetch/typed.ts'
import type { RequestInput } from './contract/facts.ts'
import type { WrittenClient } from './defences/client/index.ts'
import type { CorsWritten } from './defences/cors/index.ts'
import type { ErrorsWritten } from './defences/errors/index.ts'
import type { HeadersWritten } from './defences/headers/index.ts'
import type { InputOptions, None, RoutedInput, Schemas } from './defences/input/index.ts'
import type { SizeWritten } from './defences/size/index.ts'
import type { TransportWritten } from './defences/transport/index.ts'
import type { VersionsWritten } from './defences/versions/index.ts'
import { type Above, buildGuard, type GuardOptions, type PolicyInput } from './guard/build.ts'
import type { AloneDeadline, AloneLimit } from './guard/expand/written.ts'
import { type GuardHandle, handleOf } from './guard/handle.ts'
import type { InlineRoute } from './guard/inline.ts'
import { buildSingle, limitSection, type Single } from './guard/single.ts'
import type { RequestView } from './guard/view.ts'
import { memoryCounters } from './stores/memory/index.ts'

export type { FetchHandler, PeerOf } from './adapters/fetch/handle.ts'
export type { TypedFetchHandler, TypedRequest } from './adapters/fetch/typed.ts'
export { problem } from './contract/problem.ts'
export type { GuardOptions } from './guard/build.ts'
export { definePolicy } from './guard/expand/define.ts'

export interface FetchOptions<Rest extends unknown[]> {
  /** Tells the peer's address. Default: what Cloudflare's own header says in Workers, unknown elsewhere. */
  readonly peer?: PeerOf<Rest>
}

/** Options of one defence by itself. */
export interface AloneOptions<Rest extends unknown[]> extends GuardOptions, FetchOptions<Rest> {}

/** What the runtime calls in the handler's place. */
export type GuardedFetch<Rest extends unknown[]> = (request: Request, ...rest: Rest) => Promise<Response>

export interface FetchGuard extends GuardHandle {
  /** `export default { fetch: guard.fetch(handler) }`; the handler is called as the runtime would call it. */
  fetch<Rest extends unknown[]>(handler: FetchHandler<Rest>, options?: FetchOptions<Rest>): GuardedFetch<Rest>
  /**
   * What one route adds, around its handler, which is called with what `guard.fetch` hands on:
   * `guard.route({ limits: '10/1m' }, handler)`. Of the request that the handler is given, `guard.of` knows the types of
   * its schemas.
   *
   * @throws PolicyError with every mistake, at the line of the call
   */
  route<Rest extends unknown[], S extends InputOptions = None>(
    section: InlineRoute<S>,
    handler: TypedFetchHandler<RoutedInput<S>, Rest>,
  ): FetchHandler<Rest>
  /** The guard's work on a request that a handler was given: client, request id, nonce, signal… */
  of<Input = RequestInput>(request: TypedRequest<Input>): RequestView<Input> | undefined
}

/**
 * A guard for fetch handlers: Workers, Deno, Bun and what is built on them.
 *
 * @param policy written policy; `{}` is a hardened API
 * @throws PolicyError with every mistake of the policy, each with its place and what to write
 */
export function merlon(policy: PolicyInput = {}, options: GuardOptions = {}): FetchGuard {
  const guard = buildGuard(policy, options, webHost(memoryCounters), merlon)
  function route<Rest extends unknown[], S extends InputOptions = None>(
    section: InlineRoute<S>,
    handler: TypedFetchHandler<RoutedInput<S>, Rest>,
  ): FetchHandler<Rest> {
    return routed(guard, guard.inline(section, route), handler)
  }
  return {
    ...handleOf(guard),
    route,
    fetch: (handler, options) => guardFetch(guard, handler, options?.peer ?? webPeer),
    of: <Input>(request: TypedRequest<Input>) => exchangeUnder(request, guard)?.view as RequestView<Input> | undefined,
  }
}

/** Cloudflare writes this header itself, over whatever the client sent; anywhere else a client could. */
function webPeer(request: Request, ..._rest: unknown[]): string | undefined {
  return IN_WORKERS ? (request.headers.get('cf-connecting-ip') ?? undefined) : undefined
}

/**
 * Defences one by one, for a handler that wants only these: each wraps a handler, or another of them. They share what is
 * known of a request with each other, and with a guard that stands around them.
 *
 * @throws PolicyError with every mistake, at the line of the call
 */
function single(section: string, written: unknown, options: GuardOptions, above: Above): Single {
  return buildSingle({ section, written, options, host: webHost(memoryCounters), above })
}

/** What defences one by one have found of a request that a handler was given: client, input, signal… */
export function viewOf<Input = RequestInput>(request: TypedRequest<Input>): RequestView<Input> | undefined {
  return exchangeOf(request)?.view as RequestView<Input> | undefined
}

/** A rate limit: `export default { fetch: limit('100/15m', handler) }`. */
export function limit<Rest extends unknown[]>(
  rate: string | AloneLimit,
  handler: FetchHandler<Rest>,
  options: AloneOptions<Rest> = {},
): GuardedFetch<Rest> {
  const host = webHost(memoryCounters)
  const built = buildSingle({ section: 'limits', ...limitSection(rate), options, host, above: limit })
  return alone(built, handler, options.peer ?? webPeer)
}

/** Which pages of other origins may call: `cors(['https://shop.example'], handler)`. */
export function cors<Rest extends unknown[]>(
  written: CorsWritten,
  handler: FetchHandler<Rest>,
  options: AloneOptions<Rest> = {},
): GuardedFetch<Rest> {
  return alone(single('cors', written, options, cors), handler, options.peer ?? webPeer)
}

/** Security headers on every answer, as `headers` of a policy has them; `{}` is those for an API. */
export function headers<Rest extends unknown[]>(
  written: HeadersWritten,
  handler: FetchHandler<Rest>,
  options: AloneOptions<Rest> = {},
): GuardedFetch<Rest> {
  return alone(single('headers', written, options, headers), handler, options.peer ?? webPeer)
}

/** How much a request may bring: `size('100kb', handler)`. */
export function size<Rest extends unknown[]>(
  written: SizeWritten,
  handler: FetchHandler<Rest>,
  options: AloneOptions<Rest> = {},
): GuardedFetch<Rest> {
  return alone(single('size', written, options, size), handler, options.peer ?? webPeer)
}

/** What a request has to hold, by schema: `input({ body: NewUser }, handler)`. What it made is told by `viewOf`. */
export function input<Rest extends unknown[], S extends InputOptions>(
  written: Schemas<S>,
  handler: TypedFetchHandler<RoutedInput<S>, Rest>,
  options: AloneOptions<Rest> = {},
): GuardedFetch<Rest> {
  return alone(single('input', written, options, input), handler, options.peer ?? webPeer)
}

/** How long a request may take, from here on: `deadline('10s', handler)`. */
export function deadline<Rest extends unknown[]>(
  written: AloneDeadline,
  handler: FetchHandler<Rest>,
  options: AloneOptions<Rest> = {},
): GuardedFetch<Rest> {
  return alone(single('deadline', written, options, deadline), handler, options.peer ?? webPeer)
}

/** HTTPS alone, and which hosts are served; `client` around it says which proxies are believed about that. */
export function transport<Rest extends unknown[]>(
  written: TransportWritten,
  handler: FetchHandler<Rest>,
  options: AloneOptions<Rest> = {},
): GuardedFetch<Rest> {
  return alone(single('transport', written, options, transport), handler, options.peer ?? webPeer)
}

/** Which versions the API has: `versions(['v1', 'v2'], handler)`. */
export function versions<Rest extends unknown[]>(
  written: VersionsWritten,
  handler: FetchHandler<Rest>,
  options: AloneOptions<Rest> = {},
): GuardedFetch<Rest> {
  return alone(single('versions', written, options, versions), handler, options.peer ?? webPeer)
}

/** Who is calling, behind which proxies: for whatever stands within it. */
export function client<Rest extends unknown[]>(
  written: WrittenClient,
  handler: FetchHandler<Rest>,
  options: AloneOptions<Rest> = {},
): GuardedFetch<Rest> {
  return alone(single('client', written, options, client), handler, options.peer ?? webPeer)
}

/** Errors that leak nothing: what the handler throws becomes a problem. */
export function errors<Rest extends unknown[]>(
  written: ErrorsWritten,
  handler: FetchHandler<Rest>,
  options: AloneOptions<Rest> = {},
): GuardedFetch<Rest> {
  return alone(single('errors', written, options, errors), handler, options.peer ?? webPeer)
}
