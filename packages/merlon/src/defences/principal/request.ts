import { parseCookies } from '../../contract/cookies.ts'
import type { Client, Facts } from '../../contract/facts.ts'
import { problem } from '../../contract/problem.ts'
import type { MaybePromise } from '../../contract/verdict.ts'

/** A request as the application's own authentication sees it: the same in every runtime. */
export interface RequestToIdentify {
  /** As the client sent it. */
  readonly method: string
  /** The canonical path, without the query. */
  readonly path: string
  /** What the route's pattern takes from the path, decoded: `{ id: '12' }` for `/books/:id`. */
  readonly params: Readonly<Record<string, string>>
  /** The true address behind declared proxies. */
  readonly client: Client
  /** Aborted when the client goes away, and at the deadline: hand it to fetches and queries. */
  readonly signal: AbortSignal
  /**
   * The host's own request: Express' `req` with what middleware before the guard has put on it, node's `req`, a fetch
   * `Request`. Its body is not for here.
   */
  readonly native: unknown
  /**
   * A header's value, its lines joined by `, `; the name in any case.
   *
   * @throws Problem 400 where `Authorization` came more than once: who has read another of them decides by another
   */
  header(name: string): string | undefined
  /**
   * A cookie's value as it was sent, without quotes around it; the name as it is written.
   *
   * @throws Problem 400 where the cookie came more than once: a page of a sibling domain can set one of the same name
   */
  cookie(name: string): string | undefined
}

/** Who is calling, as the application knows them. */
export interface Identity {
  /** What limits count by, and logs name: `user:42`. 1 to 256 characters, no control characters. */
  readonly id: string
  /** `free`, `pro`…: which of the limits' tiers holds. */
  readonly tier?: string | undefined
  /** What the caller may do: `orders:write`; `orders:*` for all that begins so, `*` for everything. Default: nothing. */
  readonly scopes?: readonly string[] | undefined
}

/**
 * Says who is calling; undefined where nobody is recognised. To refuse, throw a `problem(…)`; any other error is a 500.
 * What it gives in time counts: the route's deadline holds.
 */
export type WhoIs = (request: RequestToIdentify) => MaybePromise<Identity | undefined>

export class Unidentified implements RequestToIdentify {
  readonly #facts: Facts
  /** Bound, as functions take requests apart: `({ header }) => …`. */
  readonly header: RequestToIdentify['header']
  readonly cookie: RequestToIdentify['cookie']

  constructor(facts: Facts) {
    this.#facts = facts
    this.header = (name) => header(facts, name.toLowerCase())
    this.cookie = (name) => cookie(facts, name)
  }

  get method(): string {
    return this.#facts.method
  }

  get path(): string {
    return this.#facts.path
  }

  get params(): Readonly<Record<string, string>> {
    const { route, params } = this.#facts
    return Object.fromEntries(route.names.map((name, at) => [name, params[at] ?? '']))
  }

  get client(): Client {
    return this.#facts.client
  }

  get signal(): AbortSignal {
    return this.#facts.signal
  }

  get native(): unknown {
    return this.#facts.native
  }
}

/** Node's own parser keeps the first of several, others the last or all of them. */
function header(facts: Facts, name: string): string | undefined {
  if (name === 'authorization' && facts.lines(name).length > 1) {
    throw problem('bad-request', { detail: 'The header Authorization came more than once.' })
  }
  return facts.header(name)
}

function cookie(facts: Facts, name: string): string | undefined {
  const value = parseCookies(facts.lines('cookie').join(';'))[name]
  if (Array.isArray(value)) throw problem('bad-request', { detail: 'A cookie came more than once.' })
  return value
}
