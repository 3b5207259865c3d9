import type { IncomingMessage, RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { answerBare, type BareAnswer } from './adapters/node/bare.ts'
import { exchangeOf } from './adapters/node/exchange-of.ts'
import { nodeHost } from './adapters/node/host.ts'
import { alone, routed } from './adapters/node/late.ts'
import { type ListenerOptions, listener, type NodeHandler } from './adapters/node/listener.ts'
import { type ServerTimes, serverTimes } from './adapters/node/server-times.ts'
import type { ProblemCode } from './contract/problems.generated.ts'
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
import { memoryCounters } from './stores/memory/index.ts'

export type { BareAnswer } from './adapters/node/bare.ts'
export type { GuardedRequest, ListenerOptions, NodeHandler } from './adapters/node/listener.ts'
export { problem } from './contract/problem.ts'
export type { GuardOptions } from './guard/build.ts'
export { definePolicy } from './guard/expand/define.ts'
export { MeasuredCounters, type Tally } from './stores/measured/index.ts'
export { memoryCounters } from './stores/memory/index.ts'

export interface NodeGuard extends GuardHandle {
  /** For `createServer(guard.listener(handler))`; the handler finds the guard's work at `req.merlon`. */
  listener(handler: NodeHandler, options?: ListenerOptions): RequestListener
  /** For `createServer(guard.serverOptions, …)`: heads of requests have the time that the policy gives them. */
  readonly serverOptions: ServerTimes
  /**
   * What one route adds, around its handler: `guard.route({ limits: '10/1m' }, handler)`. The handler knows the types of
   * its schemas.
   *
   * @throws PolicyError with every mistake, at the line of the call
   */
  route<S extends InputOptions = None>(section: InlineRoute<S>, handler: NodeHandler<RoutedInput<S>>): NodeHandler
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
  const route: NodeGuard['route'] = (section, handler) =>
    routed(guard, guard.inline(section, route), handler as NodeHandler)
  return {
    ...handleOf(guard),
    route,
    listener: (handler, options) => listener(guard, handler, options),
    serverOptions: serverTimes(guard),
    fail: (req, error) => exchangeOf(req)?.fail(error),
    answerTo: (socket, code) => answerBare(guard, socket.remoteAddress, 'encrypted' in socket, code),
  }
}

/**
 * Defences one by one, for a server that wants only these: each wraps a handler, or another of them. They share what is
 * known of a request with each other, and with a guard that stands around them.
 *
 * @throws PolicyError with every mistake, at the line of the call
 */
function single(section: string, written: unknown, options: GuardOptions, above: Above): Single {
  return buildSingle({ section, written, options, host: nodeHost(memoryCounters), above })
}

/** A rate limit: `createServer(limit('100/15m', handler))`. */
export function limit(rate: string | AloneLimit, handler: NodeHandler, options: GuardOptions = {}): RequestListener {
  const host = nodeHost(memoryCounters)
  return alone(buildSingle({ section: 'limits', ...limitSection(rate), options, host, above: limit }), handler)
}

/** Which pages of other origins may call: `cors(['https://shop.example'], handler)`. */
export function cors(written: CorsWritten, handler: NodeHandler, options: GuardOptions = {}): RequestListener {
  return alone(single('cors', written, options, cors), handler)
}

/** Security headers on every answer, as `headers` of a policy has them; `{}` is those for an API. */
export function headers(written: HeadersWritten, handler: NodeHandler, options: GuardOptions = {}): RequestListener {
  return alone(single('headers', written, options, headers), handler)
}

/** How much a request may bring: `size('100kb', handler)`. */
export function size(written: SizeWritten, handler: NodeHandler, options: GuardOptions = {}): RequestListener {
  return alone(single('size', written, options, size), handler)
}

/** What a request has to hold, by schema: `input({ body: NewUser }, handler)`. */
export function input<S extends InputOptions>(
  written: Schemas<S>,
  handler: NodeHandler<RoutedInput<S>>,
  options: GuardOptions = {},
): RequestListener {
  return alone(single('input', written, options, input), handler as NodeHandler)
}

/** How long a request may take, from here on: `deadline('10s', handler)`. */
export function deadline(written: AloneDeadline, handler: NodeHandler, options: GuardOptions = {}): RequestListener {
  return alone(single('deadline', written, options, deadline), handler)
}

/** HTTPS alone, and which hosts are served; `client` around it says which proxies are believed about that. */
export function transport(
  written: TransportWritten,
  handler: NodeHandler,
  options: GuardOptions = {},
): RequestListener {
  return alone(single('transport', written, options, transport), handler)
}

/** Which versions the API has: `versions(['v1', 'v2'], handler)`. */
export function versions(written: VersionsWritten, handler: NodeHandler, options: GuardOptions = {}): RequestListener {
  return alone(single('versions', written, options, versions), handler)
}

/** Who is calling, behind which proxies: for whatever stands within it. */
export function client(written: WrittenClient, handler: NodeHandler, options: GuardOptions = {}): RequestListener {
  return alone(single('client', written, options, client), handler)
}

/** Errors that leak nothing: what the handler throws becomes a problem. */
export function errors(written: ErrorsWritten, handler: NodeHandler, options: GuardOptions = {}): RequestListener {
  return alone(single('errors', written, options, errors), handler)
}
