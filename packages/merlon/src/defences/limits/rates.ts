import * as z from 'zod/mini'
import type { CalendarUnit } from '../../contract/counters.ts'
import { MAX_SPAN_MS, roundingOf } from '../../contract/gcra.ts'
import { parseBytes, parseRate } from '../../policy/units.ts'
import { type Algorithm, BYTES_A_UNIT, type Cost, MOST, MOST_STRICT, type RateOptions } from './options.ts'

/** What a rate is read with: how it is counted, and in what. */
export interface RateSetting {
  readonly algorithm: Algorithm
  readonly zone: string | undefined
  readonly cost: Cost
  readonly burst: number | undefined
}

const RATE = /^(\d+(?:\.\d+)?)(kb|mb|gb)?\/(\d+(?:\.\d+)?)?(ms|s|m|h|d|minute|hour|day|week|month)$/
const RATE_EXPECTED = 'a rate such as "100/15m" or "5/1s"'
const CALENDAR_EXPECTED =
  'a rate a "minute", "hour", "day", "week" or "month", such as "10000/month", for a window of the calendar'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The longest that each is in UTC. */
const LONGEST: Readonly<Record<CalendarUnit, number>> = {
  minute: 60_000,
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
  month: 31 * DAY,
}

/** One of these is a unit of the calendar where a zone says whose. */
const SHORT: Readonly<Record<string, CalendarUnit>> = { m: 'minute', h: 'hour', d: 'day' }

/** By how much a window can be longer where clocks are put back. */
const PUT_BACK = 2 * HOUR

/** A rate as it is written, not read yet: that takes the limit's algorithm. */
export function rateText() {
  return z.string({ error: RATE_EXPECTED }).check(z.regex(RATE, { error: RATE_EXPECTED }))
}

/** A rate for this limit; or, as a phrase, what was expected. */
export function readRate(text: string, setting: RateSetting): RateOptions | string {
  const [, amount = '', size, length, unit = ''] = RATE.exec(text) ?? []
  const quota = readQuota(amount, size, setting.cost)
  if (typeof quota === 'string') return quota
  const window = readWindow(length, unit, setting)
  if (typeof window === 'string') return window
  const { windowMs, ...calendar } = window
  const rate = { quota, windowMs, burst: setting.burst ?? quota, ...calendar }
  return wrong(rate, setting) ?? rate
}

function readQuota(amount: string, size: string | undefined, cost: Cost): number | string {
  if (cost === 'bytes') {
    const bytes = size === undefined ? undefined : parseBytes(`${amount}${size}`)
    return bytes ? Math.max(1, Math.floor(bytes / BYTES_A_UNIT)) : 'a rate in bytes, such as "100mb/1h"'
  }
  if (size !== undefined) return `${RATE_EXPECTED}; one in bytes stands beside cost: "bytes"`
  const quota = Number(amount)
  return Number.isSafeInteger(quota) && quota > 0 ? quota : RATE_EXPECTED
}

type Window = Pick<RateOptions, 'windowMs' | 'calendar'>

function readWindow(length: string | undefined, unit: string, { algorithm, zone }: RateSetting): Window | string {
  const word = Object.hasOwn(LONGEST, unit) ? (unit as CalendarUnit) : undefined
  if (word && algorithm !== 'fixed-window') {
    return `${RATE_EXPECTED}; windows of the calendar stand beside algorithm: "fixed-window"`
  }
  const named = word ?? (zone === undefined ? undefined : SHORT[unit])
  if (named !== undefined || zone !== undefined) {
    if (named === undefined || (length !== undefined && Number(length) !== 1)) return CALENDAR_EXPECTED
    const utc = zone === undefined || zone === 'UTC'
    const longer = utc || named === 'minute' ? 0 : PUT_BACK
    return { windowMs: LONGEST[named] + longer, calendar: { unit: named, zone: zone ?? 'UTC' } }
  }
  const windowMs = parseRate(`1/${length ?? ''}${unit}`)?.windowMs
  return windowMs === undefined ? RATE_EXPECTED : { windowMs }
}

function wrong({ quota, windowMs }: RateOptions, { algorithm }: RateSetting): string | undefined {
  if (windowMs > MAX_SPAN_MS) return 'a rate with a window of at most 366 days'
  if (quota > MOST) return `a rate of at most ${MOST} a window`
  if (algorithm === 'strict') {
    return quota > MOST_STRICT
      ? `a rate of at most ${MOST_STRICT} a window, since "strict" keeps the time of each; or algorithm: "sliding-window"`
      : undefined
  }
  if (algorithm !== 'gcra') return undefined
  if (roundingOf(quota, windowMs) > 0.01) {
    return 'a rate that can be kept to one percent, such as a round number in the same window'
  }
  return undefined
}

/** Whether the rate would give back a burst in time. */
export function burstFits({ quota, windowMs, burst }: RateOptions): boolean {
  return (windowMs / quota) * burst <= MAX_SPAN_MS
}
