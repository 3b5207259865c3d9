import type { Body, BodyMeter } from './body.ts'
import type { Charged } from './charged.ts'
import type { Reading } from './counters.ts'
import type { MaybePromise, Refusal } from './verdict.ts'

/** Who is calling, as far as declared proxies can be believed. Interned: the same address gives the same object. */
export interface Client {
  /** Canonical text of the address: IPv4 dotted (mapped IPv6 included), IPv6 as RFC 5952. Empty where none is known. */
  readonly address: string
  /** What limits count by: the IPv4 address, or the IPv6 network, `2001:db8:1:2::/64`. */
  readonly prefix: string
  /** The larger network that shares an overflow cell: IPv4 /24, IPv6 /48. */
  readonly network: string
  readonly family: 4 | 6 | 0
  /** Whether the policy lifts limits by address and bans for this address. */
  readonly exempt?: boolean | undefined
}

export const unknownClient: Client = { address: '', prefix: '', network: '', family: 0 }

/** Who has been recognised: by a key, or by the application's own authentication. */
export interface Principal {
  /** What limits count by, and logs name: `user:42`. */
  readonly id: string
  /** `free`, `pro`…: which of the limits' tiers holds; undefined where there is none. */
  readonly tier: string | undefined
  readonly scopes: readonly string[]
}

/** The route of the policy that a request fell under. */
export interface RouteFacts {
  /** `/books/:id`, or `*` where no route of the policy matches. */
  readonly pattern: string
  /** Names of the pattern's parameters, in order. */
  readonly names: readonly string[]
}

/** What the schemas of a route made of a request: a part that has none is undefined. */
export interface RequestInput {
  readonly params: unknown
  readonly query: unknown
  readonly headers: unknown
  readonly cookies: unknown
  readonly body: unknown
}

export const NO_INPUT: RequestInput = Object.freeze({
  params: undefined,
  query: undefined,
  headers: undefined,
  cookies: undefined,
  body: undefined,
})

const noRoute: RouteFacts = { pattern: '*', names: [] }

/** The values of a pattern's parameters by their names. */
export function paramsOf(names: readonly string[], values: readonly string[]): Record<string, string | undefined> {
  const params: Record<string, string | undefined> = {}
  for (let at = 0; at < names.length; at++) {
    const name = names[at] as string
    // Of all names, this one alone sets something else.
    if (name === '__proto__') return Object.fromEntries(names.map((each, place) => [each, values[place]]))
    params[name] = values[at]
  }
  return params
}

/**
 * One request as the defences see it: lazy, and the same in every runtime. An adapter extends it with what its host
 * knows; the steps, in their order, lay down what they found.
 */
export abstract class Facts {
  /** As the client sent it; methods are case-sensitive (RFC 9110 §9.1). */
  abstract readonly method: string
  /** The request target as it stood in the request line, `/books?q=a`. */
  abstract readonly target: string
  /** The address of the socket's other end; undefined where the runtime shows none. */
  abstract readonly peer: string | undefined
  /** Whether the connection that reached this process was TLS. */
  abstract readonly encrypted: boolean
  /** A header's value, its lines joined by `, `. The name is lower case. */
  abstract header(name: string): string | undefined
  /** A header's lines as they came, each apart. The name is lower case. */
  abstract lines(name: string): readonly string[]
  /** All headers: names in lower case, lines joined by `, `. The object has no prototype and is the caller's own. */
  abstract headers(): Record<string, string>
  /** Aborted when the client goes away, and at the deadline. */
  abstract readonly signal: AbortSignal
  /**
   * Calls back once when the request is over: its answer is out, or its client is gone. At once where it is already.
   */
  abstract whenOver(call: () => void): void
  /** The host's own request, for the application's own code; undefined where there is none. */
  get native(): unknown {
    return undefined
  }
  /** Reads the whole body through `meter`; called by the one step that needs it. */
  abstract readBody(): MaybePromise<Body | Refusal>
  /** Reads it as well, whole and decompressed, and whoever reads it after that finds all of it. */
  abstract peekBody(): MaybePromise<Uint8Array | Refusal>

  /** Set by the adapter: when the request came, in monotonic milliseconds. */
  startedMs = 0

  // What the steps lay down, in their order.

  /** `client`: the true address. */
  client: Client = unknownClient
  /** `client`: whether the client's own connection is HTTPS, by this socket or by a declared proxy's word. */
  secure = false
  /** `client`: whether the peer is a declared proxy. */
  viaProxy = false
  /** `path`: the canonical path, without the query. */
  path = ''
  /** `path`: the query as sent, without `?`. */
  query = ''
  /** Whether path and query differ from the target: a host's router then has to be told. */
  rewritten = false
  /** `versions`: the version of the API; undefined where the policy knows none, or the request needs none. */
  version: string | undefined = undefined
  /** `versions`: the path below the version, for the matching of routes; empty where that is `path` itself. */
  routePath = ''
  /** `route` */
  route: RouteFacts = noRoute
  /** `route`: the route that a preflight asks about: the answer leaves as one of its own. */
  asked: RouteFacts | undefined = undefined
  /** `route`: values of the pattern's parameters, decoded. */
  params: readonly string[] = []
  /** `size.declared`: counts what arrives; the adapter feeds it. */
  meter: BodyMeter | undefined = undefined
  /** `size.body`: there only on routes whose policy needs the body before the handler. */
  body: Body | undefined = undefined
  /** Before an inline route: what a parser of the host has made of a body that the guard has not read itself. */
  parsed: { readonly value: unknown } | undefined = undefined
  /** `size.peek`: what the body holds, which is still there for whoever reads it. */
  peeked: { readonly value: unknown } | undefined = undefined
  /** Before an inline route: what the host's own router has taken from the path, by its own names. */
  routerParams: Readonly<Record<string, unknown>> | undefined = undefined
  /** `input`: what was validated, on routes that have a schema. */
  input: RequestInput | undefined = undefined
  /** `input`: of these, the parts that have taken the place of what came; in `observe` none do. */
  held: RequestInput | undefined = undefined
  /** `principal`: who has been recognised; undefined where nobody has. */
  principal: Principal | undefined = undefined
  /** `principal`: what a 401 asks for in `WWW-Authenticate`; undefined where the policy names no scheme. */
  challenge: string | undefined = undefined
  /** `limits.*`: what the answer's headers say. */
  readings: Reading[] | undefined = undefined
  /** `limits.*`: what was charged and depends on the outcome; undefined where nothing does. */
  charges: Charged[] | undefined = undefined
  /** `versions`, on leaving: names of headers that scripts of admitted origins have to be able to read as well. */
  exposes = ''
  /** `load`: when the request got its place, in monotonic milliseconds; 0 where places are not measured. */
  admittedMs = 0
  /** Set by the first use of the nonce: `headers` then names it in the policy. */
  nonceUsed: string | undefined = undefined
  /** The first refusal of this request, whoever made it. */
  refusal: Refusal | undefined = undefined
  /** Defences that the guard's `skip` leaves out for this request; worked out at the first step that it may skip. */
  skipped: readonly string[] | undefined = undefined
  /** Set by the frame. */
  requestIdUsed: string | undefined = undefined
}
