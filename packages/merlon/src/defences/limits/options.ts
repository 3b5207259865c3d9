import * as z from 'zod/mini'
import { MAX_SPAN_MS, roundingOf } from '../../contract/gcra.ts'
import { once } from '../../policy/once.ts'
import { count, type Rate, rate, word } from '../../policy/units.ts'
import { type By, by, type WrittenBy } from './by.ts'

/** How often. Each limit has a name, which clients read in headers and refusals: `{ login: '5/15m' }`. */
export interface WrittenLimit {
  /**
   * How many in what time: `5/15m`, `100/1h`. `N in W` admits N at once and N each window over time, so at most
   * 2·N in any one window. `general` has `100/15m` where nothing is written.
   */
  readonly rate?: string
  /**
   * Whom it counts: `address`; `{ body: 'email' }`, a field of the body; or a list of these, which then count
   * together: `[address, { body: 'email' }]` gives every pair a quota of its own. That stops nobody who has many
   * addresses: limit the address and the account, each apart. Default: `address`, IPv6 by network.
   *
   * A request whose field is missing, empty, not a text, or longer than 256 characters is answered 400.
   */
  readonly by?: WrittenBy
  /** How many at once, from rest. Default: as many as the rate has. */
  readonly burst?: number
  /** What one request counts. Default 1. A route that costs more says so: `{ general: { cost: 10 } }`. */
  readonly cost?: number
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
 * Shorthands: `10/1m` for the limit `general`, or, in a route, for one named `route` beside it; `off`, `observe`. For
 * one limit: `5/15m`, `off`, `observe`.
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
   * Paths that are not counted when they are fetched (GET, HEAD), to the letter, on routes that have no limits of
   * their own. Default: `/health`, `/healthz`, `/livez`, `/readyz`.
   */
  readonly skip?: readonly string[]
  /** A limit's name is in lower case letters, digits and dashes. */
  readonly [name: string]: WrittenLimit | string | false | readonly string[] | undefined
}

export type LimitsWritten = WrittenLimits | string | false

export type Mode = 'enforce' | 'observe' | 'off'
export type HeadersMode = 'standard' | 'legacy' | 'both' | 'off'

/** One limit, canonical. */
export interface LimitOptions {
  readonly name: string
  /** The route that it counts for alone, `POST /auth/login`; `*` for the policy's own. */
  readonly of: string
  readonly mode: Mode
  readonly algorithm: 'gcra'
  readonly quota: number
  readonly windowMs: number
  readonly burst: number
  readonly cost: number
  /** What has to be the same for two requests to count together; the address stands first. */
  readonly by: readonly By[]
  /** How many times the quota a cell holds that clients share when the table is full. */
  readonly overflowTimes: number
}

/** The canonical section: plain JSON, limits by name. */
export interface LimitsOptions {
  readonly mode: Mode
  readonly headers: HeadersMode
  readonly skip: readonly string[]
  readonly limits: readonly LimitOptions[]
}

export const RESERVED: readonly string[] = ['mode', 'headers', 'skip']

const MODES = ['enforce', 'observe', 'off'] as const
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/
const GENERAL: Rate = { quota: 100, windowMs: 900_000 }
const HEALTH = ['/health', '/healthz', '/livez', '/readyz']
const OVERFLOW_TIMES = 16
const MOST = 1_000_000_000

const PATH_EXPECTED = 'a path to the letter, such as "/health"'

function limit() {
  return z.strictObject(
    {
      rate: z.optional(rate()),
      by: z.optional(by()),
      burst: z.optional(count(1, MOST)),
      cost: z.optional(count(1, MOST)),
      mode: z.optional(word(MODES)),
    },
    { error: 'a rate such as "5/15m", a limit such as { rate: "5/15m", by: "address" }, "observe" or "off"' },
  )
}
type ReadLimit = z.output<ReturnType<typeof limit>>

function section() {
  const path = z.string({ error: PATH_EXPECTED }).check(z.regex(/^\/[^\s?#*:]*$/, { error: PATH_EXPECTED }))
  return z.catchall(
    z.object(
      {
        mode: z._default(word(MODES), 'enforce'),
        headers: z._default(word(['standard', 'legacy', 'both', 'off']), 'standard'),
        skip: z._default(z.array(path, { error: 'a list of paths, such as ["/health"]' }), HEALTH),
      },
      { error: 'limits by their names, such as { general: "100/15m" }; a rate such as "100/15m"; "observe" or "off"' },
    ),
    limit(),
  )
}

type Tell = (path: readonly string[], expected: string, input: unknown) => void

export const limitsSchema = once(
  (): z.ZodMiniType<LimitsOptions> =>
    z.pipe(
      section(),
      z.transform(({ mode, headers, skip, ...limits }, context): LimitsOptions => {
        const tell: Tell = (at, expected, input) =>
          context.issues.push({ code: 'custom', path: [...at], message: expected, input })
        const named = Object.entries({ general: {}, ...limits } as Record<string, ReadLimit>)
        const read = named.flatMap(([name, each]) => readLimit(name, each, tell) ?? [])
        return {
          mode,
          headers,
          skip: [...new Set(skip)].sort(),
          limits: read.sort((a, b) => (a.name < b.name ? -1 : 1)),
        }
      }),
    ),
)

function readLimit(name: string, written: ReadLimit, tell: Tell): LimitOptions | undefined {
  if (!NAME.test(name) || name.length > 64) {
    tell([name], 'the name of a limit in lower case letters, digits and single dashes, such as "login-email"', written)
    return undefined
  }
  const found = written.rate ?? (name === 'general' ? GENERAL : undefined)
  if (found === undefined) {
    // Most often a limit's name that was not spelled as it was elsewhere.
    tell([name], 'a limit that has a rate, here or in the policy, such as { rate: "5/15m" }', written)
    return undefined
  }
  const { quota, windowMs } = found
  const burst = written.burst ?? quota
  const cost = written.cost ?? 1
  const rateExpected = wrongRate(quota, windowMs)
  if (rateExpected) tell([name, 'rate'], rateExpected, written.rate)
  else if ((windowMs / quota) * burst > MAX_SPAN_MS) {
    tell([name, 'burst'], 'a burst that the rate gives back within 366 days', written.burst)
  }
  if (cost > burst) tell([name, 'cost'], `a cost of at most the burst, ${burst}: more is never admitted`, written.cost)
  return {
    name,
    of: '*',
    mode: written.mode ?? 'enforce',
    algorithm: 'gcra',
    quota,
    windowMs,
    burst,
    cost,
    by: written.by ?? [{ kind: 'address' }],
    overflowTimes: OVERFLOW_TIMES,
  }
}

function wrongRate(quota: number, windowMs: number): string | undefined {
  if (windowMs > MAX_SPAN_MS) return 'a rate with a window of at most 366 days'
  if (quota > MOST) return `a rate of at most ${MOST} a window`
  return roundingOf(quota, windowMs) > 0.01
    ? 'a rate that can be kept to one percent, such as a round number in the same window'
    : undefined
}
