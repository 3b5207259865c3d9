import { OptionError } from './address.ts'

/** How long each phase of a request may take, in milliseconds. Every wait that another side can cause has its bound. */
export interface Timeouts {
  /**
   * Until the headers of a request are complete, from its first byte or from the connection's start. Default: what the
   * policy's `deadline.headers` says, 10 s.
   */
  readonly headersMs: number
  /** Without any byte of a request's body. Default 15 s. */
  readonly bodyIdleMs: number
  /** For a request as a whole to arrive. Default 5 min: what a large upload over a slow line needs. */
  readonly requestMs: number
  /** Between two requests of a connection. Default 65 s: longer than the 60 s for which load balancers keep theirs. */
  readonly keepAliveMs: number
  /** For a client to take what has been sent to it, at most one chunk (64 kB). Default 60 s. */
  readonly sendIdleMs: number
  /** To connect to the upstream. Default 5 s. */
  readonly connectMs: number
  /** For the upstream to begin its answer, or to go on with it. Default 30 s. */
  readonly upstreamIdleMs: number
  /** For an idle connection to the upstream to be kept. Default 4 s, less than the 5 s of a Node service. */
  readonly upstreamKeepAliveMs: number
  /** For requests in flight to finish after `close()`. Default 30 s. */
  readonly drainMs: number
}

export const defaultTimeouts: Timeouts = {
  headersMs: 10_000,
  bodyIdleMs: 15_000,
  requestMs: 300_000,
  keepAliveMs: 65_000,
  sendIdleMs: 60_000,
  connectMs: 5_000,
  upstreamIdleMs: 30_000,
  upstreamKeepAliveMs: 4_000,
  drainMs: 30_000,
}

/** What a client can make grow, and how far. */
export interface Limits {
  /** Open connections of clients; further ones are closed as they come. Default 10,000. */
  readonly connections: number
  /**
   * Open connections of one IPv4 address, or one IPv6 /64; further ones are closed as they come. Default 1,000. Those of
   * this machine are not counted: what stands there speaks for many. So does a load balancer elsewhere, which needs as
   * many as it is to open.
   */
  readonly connectionsPerAddress: number
  /** Requests on one connection before it is closed, so that clients spread out again. Default 10,000. */
  readonly requestsPerConnection: number
  /** Requests that one connection may have waiting for their turn (pipelining). Default 32. */
  readonly pipelined: number
  /**
   * Request line and headers together. Default 24 kB: 431 above, or 414 where the request line alone reaches it. Within
   * it, the policy's `size.url` bounds the target.
   */
  readonly headBytes: number
  /** Headers of a request. Default 100: 431 above. */
  readonly headerCount: number
  /** Connections to the upstream; further requests wait for one within `upstreamIdleMs`. Default 1024. */
  readonly upstreamConnections: number
  /** Further connections to it, for bodies over 64 kB, which go on as they come. Default 256. */
  readonly uploadConnections: number
}

export const defaultLimits: Limits = {
  connections: 10_000,
  connectionsPerAddress: 1_000,
  requestsPerConnection: 10_000,
  pipelined: 32,
  headBytes: 24_576,
  headerCount: 100,
  upstreamConnections: 1_024,
  uploadConnections: 256,
}

/** Fills in the defaults. Zero is refused: it means "none" to some and "no limit" to others. */
export function fill<T extends object>(option: string, defaults: T, given: Partial<T> | undefined): T {
  for (const [name, value] of Object.entries(given ?? {})) {
    if (!Object.hasOwn(defaults, name))
      throw new OptionError(option, `one of ${Object.keys(defaults).join(', ')}`, name)
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 0x7fffffff) {
      throw new OptionError(`${option}.${name}`, 'a whole number from 1 to 2147483647', value)
    }
  }
  return { ...defaults, ...given }
}
