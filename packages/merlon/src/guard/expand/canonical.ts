/** The format that this version writes and reads. A host that meets another one does not start. */
export const FORMAT = 1

/**
 * A policy with nothing left to guess: plain JSON, no sugar, all defaults filled, durations in milliseconds and sizes
 * in bytes. `${NAME}` may still stand in string values. Beside the keys below it has one for each defence.
 */
export interface CanonicalPolicy {
  readonly format: typeof FORMAT
  /** The environment whose overlay went in. */
  readonly environment: string
  /** Most specific first: the first that matches holds. */
  readonly routes: readonly CanonicalRoute[]
  readonly [section: string]: unknown
}

/** One route. Beside the keys below it has one for each section that it overrides, complete: nothing is inherited. */
export interface CanonicalRoute {
  /** `['*']` for any method. */
  readonly methods: readonly string[]
  readonly pattern: string
  /** The sections that differ for a path that matches only folded (`/Admin/` for `/admin`). */
  readonly folded: Readonly<Record<string, unknown>>
  readonly [section: string]: unknown
}
