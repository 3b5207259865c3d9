import type { Calendar } from '../../contract/counters.ts'
import type { By } from './by.ts'
import type { PenaltyOptions } from './penalty.ts'
import type { Switch } from './schedule.ts'
import type { Algorithm, Counts, HeadersMode, Mode } from './written.ts'

/** A rate, canonical. */
export interface RateOptions {
  readonly quota: number
  readonly windowMs: number
  readonly burst: number
  /** Of a fixed window that follows one. */
  readonly calendar?: Calendar
}

export interface TierRate extends RateOptions {
  readonly tier: string
}

export interface SwitchedRate extends RateOptions, Switch {}

/** `bytes` are counted in kilobytes begun. */
export type Cost = number | 'bytes' | 'operations'

/** One limit, canonical. What is as usual is left out of the optional ones. */
export interface LimitOptions extends RateOptions {
  readonly name: string
  /** The route that it counts for alone, `POST /auth/login`; `*` for the policy's own. */
  readonly of: string
  readonly mode: Mode
  readonly algorithm: Algorithm
  readonly cost: Cost
  /** What has to be the same for two requests to count together; the address stands first. */
  readonly by: readonly By[]
  /** How many times the quota a cell holds that clients share when the table is full. */
  readonly overflowTimes: number
  /** By name. */
  readonly tiers?: readonly TierRate[]
  /** The first that fits. */
  readonly when?: readonly SwitchedRate[]
  readonly counts?: Exclude<Counts, 'all'>
  /** Of failures: 2 and 3 stand for 2xx and 3xx. */
  readonly success?: readonly number[]
  readonly knownMs?: number
  readonly authentication?: true
  readonly counting?: 'leased'
  readonly onFailure?: 'open' | 'closed'
}

/** The canonical section: plain JSON, limits by name. */
export interface LimitsOptions {
  readonly mode: Mode
  readonly headers: HeadersMode
  readonly skip: readonly string[]
  readonly limits: readonly LimitOptions[]
  /** Whether headers tell partitions apart. */
  readonly partition?: true
  /** One for the policy, one for each route that has its own; left out where there is none. */
  readonly penalties?: readonly PenaltyOptions[]
}

/** What no limit can be called. */
export const RESERVED: readonly string[] = ['mode', 'headers', 'skip', 'preset', 'penalty', 'partition']

export const MODES = ['enforce', 'observe', 'off'] as const
export const MOST = 1_000_000_000
/** A strict limit keeps the time of each request that it has admitted. */
export const MOST_STRICT = 32
export const OVERFLOW_TIMES = 16
/** Cells of a limit on sign-ins hold no more than one subject may: guesses are few, and sharing is rare. */
export const OVERFLOW_TIMES_SIGN_IN = 1
/** What one unit of a cost in bytes stands for. */
export const BYTES_A_UNIT = 1024

export type { Algorithm, Counts, HeadersMode, LimitsWritten, Mode, WrittenLimit } from './written.ts'
