import { formatBytes, formatDuration, formatRate } from '../../policy/format-units.ts'
import { sayPart } from './by.ts'
import { BYTES_A_UNIT, type LimitOptions, type RateOptions, type SwitchedRate } from './options.ts'
import type { PenaltyOptions } from './penalty.ts'

const KINDS = {
  gcra: '',
  'sliding-window': ', in a sliding window',
  'fixed-window': ', in fixed windows',
  strict: ', strict',
} as const

const COUNTED = {
  failures: ', failures alone',
  successes: ', successes alone',
  handler: ', as the handler says',
} as const

/** `5/15m by address and email`, with whatever else is not as usual. */
export function describe(limit: LimitOptions): string {
  const { burst, quota, cost, by, mode, algorithm, counts, success, tiers, when, knownMs, counting, onFailure } = limit
  const more = [
    KINDS[algorithm],
    burst === quota ? '' : `, ${burst} at once`,
    typeof cost === 'number' && cost > 1 ? `, each request counts ${cost}` : '',
    cost === 'operations' ? ', counting operations' : '',
    counts ? COUNTED[counts] : '',
    success && success.join() !== '2' ? ` (success is ${success.map(sayStatus).join(', ')})` : '',
    ...(tiers ?? []).map((each) => `, ${sayRate(each, limit)} for ${each.tier}`),
    ...(when ?? []).map((each) => `, ${sayRate(each, limit)} ${sayTimes(each)}`),
    knownMs === undefined ? '' : `, known clients apart for ${formatDuration(knownMs)}`,
    counting ? ', leased' : '',
    onFailure ? `, ${onFailure} without its store` : '',
    mode === 'enforce' ? '' : `, ${mode === 'off' ? 'off' : 'observed'}`,
  ]
  return `${sayRate(limit, limit)} by ${by.map(sayPart).join(' and ')}${more.join('')}`
}

export function describePenalty({ after, withinMs, banMs }: PenaltyOptions): string {
  const bans = banMs.map(formatDuration).join(', ')
  return `${after} refusals in ${formatDuration(withinMs)} ban for ${bans}`
}

function sayRate({ quota, windowMs, calendar }: RateOptions, { cost }: LimitOptions): string {
  const unit = cost === 'bytes' ? formatBytes(quota * BYTES_A_UNIT) : String(quota)
  if (calendar) return `${unit}/${calendar.unit}${calendar.zone === 'UTC' ? '' : ` (${calendar.zone})`}`
  const rate = formatRate(quota, windowMs)
  return cost === 'bytes' ? `${unit}${rate.slice(rate.indexOf('/'))}` : rate
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

function sayTimes({ fromMinute, toMinute, days, zone }: SwitchedRate): string {
  const clock = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  const said = days.length === 7 ? '' : ` on ${days.map((day) => DAYS[day - 1]).join(', ')}`
  return `between ${clock(fromMinute)} and ${clock(toMinute)}${said} (${zone})`
}

function sayStatus(status: number): string {
  return status < 10 ? `${status}xx` : String(status)
}
