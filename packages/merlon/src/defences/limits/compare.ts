import type { Difference, Direction } from '../../contract/explanation.ts'
import { describe, describePenalty } from './describe.ts'
import type { LimitOptions, Mode, RateOptions } from './options.ts'
import type { PenaltyOptions } from './penalty.ts'

/** What became of each limit, by its name. */
export function compareLimits(before: readonly LimitOptions[], after: readonly LimitOptions[]): readonly Difference[] {
  const names = new Set([...before, ...after].map(({ name }) => name))
  return [...names].sort().flatMap((name) => {
    const [old, now] = [before, after].map((limits) => limits.find((each) => each.name === name))
    if (!now)
      return old && old.mode !== 'off'
        ? [{ direction: 'looser', text: `limit "${name}" removed: ${describe(old)}` }]
        : []
    if (!old) {
      if (now.mode === 'off') return []
      return [
        { direction: now.mode === 'enforce' ? 'tighter' : 'other', text: `limit "${name}" added: ${describe(now)}` },
      ]
    }
    return compareLimit(old, now)
  })
}

function compareLimit(old: LimitOptions, now: LimitOptions): readonly Difference[] {
  const found: Difference[] = []
  if (describe(old) !== describe(now) || spelling(old) !== spelling(now)) {
    const text = `limit "${now.name}": ${describe(now)} instead of ${describe(old)}`
    found.push({
      direction: agree([
        byMode(old.mode, now.mode),
        byBound(old, now),
        bySubject(old, now),
        byAlgorithm(old, now),
        byOutcome(old, now),
      ]),
      text,
    })
  }
  if (old.of !== now.of) {
    // Whose requests share a counter: with fewer routes in it, each client has more of it.
    const direction = now.of === '*' ? 'tighter' : old.of === '*' ? 'looser' : 'other'
    found.push({ direction, text: `limit "${now.name}": counts ${scope(now.of)} instead of ${scope(old.of)}` })
  }
  return found
}

const scope = (of: string) => (of === '*' ? 'all routes together' : `${of} alone`)
const spelling = ({ by }: LimitOptions) => JSON.stringify(by)

const STRENGTH: readonly Mode[] = ['off', 'observe', 'enforce']

function byMode(old: Mode, now: Mode): Direction | undefined {
  if (old === now) return undefined
  return STRENGTH.indexOf(old) < STRENGTH.indexOf(now) ? 'tighter' : 'looser'
}

/** A limit admits at most burst + time · quota / window, divided by what a request costs. */
function byBound(old: LimitOptions, now: LimitOptions): Direction | undefined {
  const directions = new Set(rates(old, now).map(([before, after]) => byRate(before, after)))
  directions.delete(undefined)
  const [only] = directions
  if (only === undefined) return undefined
  return directions.size === 1 ? only : 'other'
}

interface Bound {
  readonly atOnce: number
  readonly overTime: number
}

/** Each rate beside the one that it takes the place of; whoever has none of the tiers has the limit's own. */
function rates(old: LimitOptions, now: LimitOptions): (readonly [Bound, Bound])[] {
  const tiers = new Set([...(old.tiers ?? []), ...(now.tiers ?? [])].map(({ tier }) => tier))
  const of = (limit: LimitOptions, tier: string) => limit.tiers?.find((each) => each.tier === tier) ?? limit
  const times = old.when?.length === now.when?.length ? (now.when ?? []) : []
  return [
    [boundOf(old, old), boundOf(now, now)],
    ...[...tiers].map((tier) => [boundOf(of(old, tier), old), boundOf(of(now, tier), now)] as const),
    ...times.map((each, at) => [boundOf(old.when?.[at] ?? old, old), boundOf(each, now)] as const),
  ]
}

function boundOf({ quota, windowMs, burst }: RateOptions, { cost }: LimitOptions): Bound {
  const each = typeof cost === 'number' ? cost : 1
  return { atOnce: burst / each, overTime: quota / windowMs / each }
}

function byRate(old: Bound, now: Bound): Direction | undefined {
  const atOnce = Math.sign(now.atOnce - old.atOnce)
  const overTime = Math.sign(now.overTime - old.overTime)
  if (atOnce === 0 && overTime === 0) return undefined
  if (atOnce <= 0 && overTime <= 0) return 'tighter'
  return atOnce >= 0 && overTime >= 0 ? 'looser' : 'other'
}

/** The more a window may hold about its end, the looser: `strict` never more than N, all others up to twice as many. */
function byAlgorithm(old: LimitOptions, now: LimitOptions): Direction | undefined {
  if (old.algorithm === now.algorithm) return undefined
  if (now.algorithm === 'strict') return 'tighter'
  return old.algorithm === 'strict' ? 'looser' : 'other'
}

/** What counts all counts more than what gives back; what goes on or stops without its store. */
function byOutcome(old: LimitOptions, now: LimitOptions): Direction | undefined {
  const found = [
    old.counts === now.counts
      ? undefined
      : old.counts === undefined
        ? 'looser'
        : now.counts === undefined
          ? 'tighter'
          : 'other',
    old.knownMs === now.knownMs ? undefined : (now.knownMs ?? 0) > (old.knownMs ?? 0) ? 'looser' : 'tighter',
    byFailure(old, now),
    old.counting === now.counting ? undefined : now.counting === 'leased' ? 'looser' : 'tighter',
    !old.success || !now.success || old.success.join() === now.success.join() ? undefined : 'other',
  ] as const
  const known = found.filter((each) => each !== undefined)
  return known.length === 0 ? undefined : agree(known)
}

function byFailure(old: LimitOptions, now: LimitOptions): Direction | undefined {
  const strength = ({ onFailure }: LimitOptions) => (onFailure === 'closed' ? 2 : onFailure === 'open' ? 0 : 1)
  const change = strength(now) - strength(old)
  return change === 0 ? undefined : change > 0 ? 'tighter' : 'looser'
}

/** A subject of more parts is a smaller one, and each has the whole quota. */
function bySubject(old: LimitOptions, now: LimitOptions): Direction | undefined {
  if (spelling(old) === spelling(now)) return undefined
  const within = (some: LimitOptions, others: LimitOptions) =>
    some.by.every((part) => others.by.some((each) => JSON.stringify(each) === JSON.stringify(part)))
  if (within(now, old)) return 'tighter'
  return within(old, now) ? 'looser' : 'other'
}

/** What all that is known says; nothing known is no change of strictness. */
function agree(directions: readonly (Direction | undefined)[]): Direction {
  const known = new Set(directions.filter((each) => each !== undefined))
  const [only] = known
  return known.size === 1 && only ? only : 'other'
}

/** What became of the penalties, each by the route that it stands beside. */
export function comparePenalties(
  before: readonly PenaltyOptions[] | undefined,
  after: readonly PenaltyOptions[] | undefined,
): readonly Difference[] {
  const [old, now] = [before, after].map((each) => (each ?? []).map(describePenalty).join('; '))
  if (old === now) return []
  if (!now) return [{ direction: 'looser', text: `penalty removed: ${old}` }]
  if (!old) return [{ direction: 'tighter', text: `penalty added: ${now}` }]
  return [{ direction: 'other', text: `penalty: ${now} instead of ${old}` }]
}
