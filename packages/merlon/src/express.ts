import { expressHost } from './adapters/express/host.ts'
import { type AnyHandler, alone, aloneErrors, routed } from './adapters/express/late.ts'
import { type ExpressErrorHandler, type ExpressMiddleware, expressMiddleware } from './adapters/express/middleware.ts'
import type { InputIn, TypedHandler, TypedMiddleware } from './adapters/express/typed.ts'
import { type ServerTimes, serverTimes } from './adapters/node/server-times.ts'
import type { WrittenClient } from './defences/client/index.ts'
import type { CorsWritten } from './defences/cors/index.ts'
import type { ErrorsWritten } from './defences/errors/index.ts'
import type { HeadersWritten } from './defences/headers/index.ts'
import type { InputOptions, None, Schemas } from './defences/input/index.ts'
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

export type { TypedHandler, TypedMiddleware } from './adapters/express/typed.ts'
export { problem } from './contract/problem.ts'
export type { GuardOptions } from './guard/build.ts'
export { definePolicy } from './guard/expand/define.ts'

declare global {
  namespace Express {
    interface Request {
      /** The guard's work: client, request id, nonce, signal… */
      merlon: RequestView<InputIn<this>>
    }
  }
}

/** `app.use(guard)` before all else, `app.use(guard.errors)` after the last route. */
export interface ExpressGuard extends ExpressMiddleware, GuardHandle {
  readonly errors: ExpressErrorHandler
  /** For `createServer(guard.serverOptions, app)`: heads of requests have the time that the policy gives them. */
  readonly serverOptions: ServerTimes
  /**
   * What one route adds, as a middleware before its handler: `app.post('/users', guard.route({ limits: '10/1m' }), …)`.
   * The handler after it knows the types of its schemas, unless another one before it has types of its own; a handler
   * that is given here always does.
   *
   * @throws PolicyError with every mistake, at the line of the call
   */
  route<S extends InputOptions = None>(section: InlineRoute<S>): TypedMiddleware<S>
  route<S extends InputOptions = None>(section: InlineRoute<S>, handler: TypedHandler<S>): ExpressMiddleware
}

/**
 * A guard for Express 4 and 5.
 *
 * @param policy written policy; `{}` is a hardened API
 * @throws PolicyError with every mistake of the policy, each with its place and what to write
 */
export function merlon(policy: PolicyInput = {}, options: GuardOptions = {}): ExpressGuard {
  const guard = buildGuard(policy, options, expressHost(memoryCounters), merlon)
  const { middleware, errors } = expressMiddleware(guard)
  const route: ExpressGuard['route'] = (section: InlineRoute, handler?: AnyHandler) =>
    routed(guard, guard.inline(section, route), handler)
  return Object.assign(middleware, handleOf(guard), { errors, route, serverOptions: serverTimes(guard) })
}

/**
 * Defences one by one, for an app that wants only these: each is a middleware that acts where it stands. They share what
 * is known of a request with each other, and with a guard that stands before them.
 *
 * @throws PolicyError with every mistake, at the line of the call
 */
function single(section: string, written: unknown, options: GuardOptions, above: Above): Single {
  return buildSingle({ section, written, options, host: expressHost(memoryCounters), above })
}

/** A rate limit: `app.post('/auth/login', limit('5/15m'), handler)`. */
export function limit(rate: string | AloneLimit, options: GuardOptions = {}): ExpressMiddleware {
  const host = expressHost(memoryCounters)
  return alone(buildSingle({ section: 'limits', ...limitSection(rate), options, host, above: limit }))
}

/** Which pages of other origins may call: `cors(['https://shop.example'])`. */
export function cors(written: CorsWritten = {}, options: GuardOptions = {}): ExpressMiddleware {
  return alone(single('cors', written, options, cors))
}

/** Security headers on every answer, as `headers` of a policy has them; with nothing written, those for an API. */
export function headers(written: HeadersWritten = {}, options: GuardOptions = {}): ExpressMiddleware {
  return alone(single('headers', written, options, headers))
}

/** How much a request may bring: `size('100kb')`. */
export function size(written: SizeWritten = {}, options: GuardOptions = {}): ExpressMiddleware {
  return alone(single('size', written, options, size))
}

/** What a request has to hold, by schema: `app.post('/users', input({ body: NewUser }), handler)`. */
export function input<S extends InputOptions>(written: Schemas<S>, options: GuardOptions = {}): TypedMiddleware<S> {
  return alone(single('input', written, options, input))
}

/** How long a request may take, from here on: `deadline('10s')`. */
export function deadline(written: AloneDeadline = {}, options: GuardOptions = {}): ExpressMiddleware {
  return alone(single('deadline', written, options, deadline))
}

/** HTTPS alone, and which hosts are served; `client` before it says which proxies are believed about that. */
export function transport(written: TransportWritten = {}, options: GuardOptions = {}): ExpressMiddleware {
  return alone(single('transport', written, options, transport))
}

/** Which versions the API has: `versions(['v1', 'v2'])`. */
export function versions(written: VersionsWritten, options: GuardOptions = {}): ExpressMiddleware {
  return alone(single('versions', written, options, versions))
}

/** Who is calling, behind which proxies: for whatever comes after it on the same request. */
export function client(written: WrittenClient = {}, options: GuardOptions = {}): ExpressMiddleware {
  return alone(single('client', written, options, client))
}

/** Errors that leak nothing, as the last middleware: `app.use(errors())`. */
export function errors(written: ErrorsWritten = {}, options: GuardOptions = {}): ExpressErrorHandler {
  return aloneErrors(single('errors', written, options, errors))
}
