import type { Difference, Direction } from '../../contract/explanation.ts'
import { formatRate } from '../../policy/format-units.ts'
import type { LimitOptions, Mode } from './options.ts'

/** `5/15m by address and email`, with whatever else is not as usual. */
export function describe({ quota, windowMs, burst, cost, by, mode }: LimitOptions): string {
  const rate = formatRate(quota, windowMs)
  const parts = by.map((each) => (each.kind === 'address' ? 'address' : `body field "${each.field}"`))
  const more = [
    burst === quota ? '' : `, ${burst} at once`,
    cost === 1 ? '' : `, each request counts ${cost}`,
    mode === 'enforce' ? '' : `, ${mode === 'off' ? 'off' : 'observed'}`,
  ]
  return `${rate} by ${parts.join(' and ')}${more.join('')}`
}

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
    found.push({ direction: agree([byMode(old.mode, now.mode), byBound(old, now), bySubject(old, now)]), text })
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
  const atOnce = Math.sign(now.burst / now.cost - old.burst / old.cost)
  const overTime = Math.sign(now.quota / now.windowMs / now.cost - old.quota / old.windowMs / old.cost)
  if (atOnce === 0 && overTime === 0) return undefined
  if (atOnce <= 0 && overTime <= 0) return 'tighter'
  return atOnce >= 0 && overTime >= 0 ? 'looser' : 'other'
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
