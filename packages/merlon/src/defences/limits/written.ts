import type { WrittenBy } from './by.ts'
import type { WrittenPenalty } from './penalty.ts'
import type { PresetName } from './presets.generated.ts'
import type { WrittenSwitch } from './schedule.ts'

/** How often. Each limit has a name, which clients read in headers and refusals: `{ login: '5/15m' }`. */
export interface WrittenLimit {
  /**
   * How many in what time: `5/15m`, `100/1h`; for the fixed window also `10000/month` (minute, hour, day, week, month),
   * and where it counts bytes `100mb/1h`. `general` has `100/15m` where nothing is written.
   */
  readonly rate?: string
  /**
   * Whom it counts: `address`; `{ prefix: 24 }`, the network of the address; `principal`, who has been recognised;
   * `tier`, `scope` (all who have the same one together); `route`; a field, `{ body: 'email' }`, `{ header: … }`,
   * `{ cookie: … }`, `{ param: … }`, `{ query: … }`; code, `{ use: 'tenantOf' }`; or a list of these, which then count
   * together: `[address, { body: 'email' }]` gives every pair a quota of its own. That stops nobody who has many
   * addresses: limit the address and the account, each apart. Default: `address`, IPv6 by network, and `principal`
   * where there are tiers.
   *
   * A request whose field is missing, empty, not a text, or longer than 256 characters is answered 400. One that nobody
   * has been recognised in counts by its address in place of its principal, tier or scope.
   */
  readonly by?: WrittenBy
  /**
   * How it counts. `gcra`: a burst at once, then evenly, at most 2·N in any one window; `sliding-window`: evenly from
   * window to window, with part of the last one; `fixed-window`: N in each window, which may be one of the calendar, and
   * 2·N about its end; `strict`: never more than N in any window, with N at most 32. Default: `gcra`.
   */
  readonly algorithm?: Algorithm
  /** Short for `algorithm: strict`. */
  readonly strict?: boolean
  /** Whose calendar a fixed window follows: `Europe/Berlin`. Default: UTC. */
  readonly zone?: string
  /** How many at once, from rest; for `gcra`. Default: as many as the rate has. */
  readonly burst?: number
  /**
   * What one request counts. A route that costs more says so: `{ general: { cost: 10 } }`. `bytes`: what its body has,
   * by kilobytes begun; `operations`: how many a GraphQL document or a batch in the body asks for. Default 1.
   */
  readonly cost?: number | 'bytes' | 'operations'
  /** A rate for each tier of principals, `{ free: '10/1m', pro: '100/1m' }`. Others have `rate`, or else the strictest. */
  readonly tiers?: Readonly<Record<string, string>>
  /** Rates that hold at times of the day; the first that fits. Otherwise it is `rate`. */
  readonly when?: WrittenSwitch | readonly WrittenSwitch[]
  /**
   * Which outcomes count: `all`; `failures`, so that what succeeds is given back; `successes`, so that what the client
   * did wrong (4xx) is; `handler`, which gives back by itself (`req.merlon.limits.refund()`). Each request is charged
   * when it comes, and what has no known outcome, an abort, a crash, a time-out, a 5xx, stays charged. Default: `all`.
   */
  readonly counts?: Counts
  /** Statuses of success, for `failures`. Default: `2xx`. A redirect may say either, so it is none. */
  readonly success?: number | '2xx' | '3xx' | readonly (number | '2xx' | '3xx')[]
  /**
   * For a limit by account that counts failures: for how long it remembers from which address an account has signed in.
   * Attempts from there count apart, so that nobody locks the owner out. Where the policy has secrets, the browser gets
   * a device cookie as well.
   */
  readonly known?: string | false
  /** It guards a sign-in: counted exactly, by stores that are exact, and never `open`. Default: false. */
  readonly authentication?: boolean
  /**
   * `leased` lets each process take slices of the quota ahead and decide in memory, which is faster and admits more than
   * the quota by what the slices hold. Default: `exact`.
   */
  readonly counting?: 'exact' | 'leased'
  /** While the store does not answer: count in this process, admit all, or refuse all with 503. Default: `local`. */
  readonly onFailure?: 'local' | 'open' | 'closed'
  /**
   * `observe` counts and reports, and changes nothing that a client sees; a limit by a body field still has the body
   * read before the handler runs. Default: `enforce`.
   */
  readonly mode?: Mode
}

/**
 * Rate limits, by name. The names of the settings below cannot be limits' names.
 *
 * At the top of the policy a limit counts all routes together. A route has the policy's limits and those that it adds,
 * which count for it alone; one of the policy's that it changes in anything but `cost` and `mode` counts for it alone
 * as well. `general` is there unless it is turned off.
 *
 * Shorthands: `10/1m` for the limit `general`, or, in a route, for one named `route` beside it; the name of a preset,
 * `login`; `off`, `observe`. For one limit: `5/15m`, `off`, `observe`.
 */
export interface WrittenLimits {
  /** Of all limits here. Default: `enforce`. */
  readonly mode?: Mode
  /**
   * Which headers tell of limits: `standard`, the RateLimit and RateLimit-Policy fields of the IETF's draft;
   * `legacy`, X-RateLimit-Limit, -Remaining and -Reset (in seconds) of the limit that is nearest to refuse; `both`;
   * or `off`. Retry-After is sent with every 429. Default: `standard`.
   */
  readonly headers?: HeadersMode | false
  /**
   * Whether `RateLimit` also tells which counter each limit took, `pk`: a keyed hash of whom it counts, the same for the
   * same. Default: false.
   */
  readonly partition?: boolean
  /**
   * Paths that are not counted when they are fetched (GET, HEAD), to the letter, on routes that have no limits of
   * their own. Default: `/health`, `/healthz`, `/livez`, `/readyz`.
   */
  readonly skip?: readonly string[]
  /** Limits that routes of one kind need, by a name for all of them; what is written beside it lies over it. */
  readonly preset?: PresetName | WrittenPreset
  /** Who is refused again and again is refused for a while, whatever the limits say. */
  readonly penalty?: WrittenPenalty | false | 'off'
  /** A limit's name is in lower case letters, digits and dashes. */
  readonly [name: string]:
    | WrittenLimit
    | WrittenPreset
    | WrittenPenalty
    | string
    | boolean
    | readonly string[]
    | undefined
}

/** A preset for accounts that are not named by their e-mail. */
export interface WrittenPreset {
  /** Its name. */
  readonly name: PresetName
  /** What names the account. Default: `{ body: 'email' }`. */
  readonly account: WrittenBy
}

export type LimitsWritten = WrittenLimits | string | false

export type Mode = 'enforce' | 'observe' | 'off'
export type HeadersMode = 'standard' | 'legacy' | 'both' | 'off'
export type Algorithm = 'gcra' | 'sliding-window' | 'fixed-window' | 'strict'
export type Counts = 'all' | 'failures' | 'successes' | 'handler'
