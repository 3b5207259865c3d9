import type { Cost, LimitOptions, LimitsOptions, Mode } from './options.ts'
import type { PenaltyOptions } from './penalty.ts'

const STRENGTH: Readonly<Record<Mode, number>> = { off: 0, observe: 1, enforce: 2 }

/** What becomes of a limit in a section of this mode: the weaker of the two. */
export function effectiveMode(section: Mode, limit: Mode): Mode {
  return STRENGTH[section] < STRENGTH[limit] ? section : limit
}

function stricter(a: Mode, b: Mode): Mode {
  return STRENGTH[a] < STRENGTH[b] ? b : a
}

/** Whether two limits count the same, so that they can share their counters: only mode and numbers of cost may differ. */
export function countsAlike(a: LimitOptions, b: LimitOptions): boolean {
  const counted = ({ mode, cost, of, ...rest }: LimitOptions) =>
    JSON.stringify([rest, typeof cost === 'number' ? 'number' : cost])
  return counted(a) === counted(b)
}

/** Gives a route's limits and penalty their owner. What is as it was above it stays what it was. */
export function claimLimits(base: LimitsOptions, route: LimitsOptions, key: string): LimitsOptions {
  const limits = route.limits.map((limit) => {
    const above = base.limits.find((each) => each.name === limit.name)
    return { ...limit, of: above && countsAlike(above, limit) ? above.of : key }
  })
  const penalties = route.penalties && [...(base.penalties ?? []), ...route.penalties.flatMap(ownPenalty)]
  return { ...route, limits, ...(penalties && { penalties }) }

  /** One of its own stands beside those above it: whoever is banned everywhere is banned here. */
  function ownPenalty(penalty: PenaltyOptions): PenaltyOptions[] {
    const above = base.penalties?.some((each) => same({ ...penalty, of: each.of }, each))
    return above ? [] : [{ ...penalty, of: key }]
  }
}

function same(a: PenaltyOptions, b: PenaltyOptions): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/**
 * A path that matches folded has the limits of both: what the route adds or tightens counts there too, in the route's
 * own counters, and what it loosens or turns off is as it was.
 */
export function foldLimits(base: LimitsOptions, route: LimitsOptions): LimitsOptions {
  const folded = new Map<string, LimitOptions>()
  for (const section of [base, route]) {
    for (const each of section.limits) {
      const limit = { ...each, mode: effectiveMode(section.mode, each.mode) }
      const id = JSON.stringify([limit.name, limit.of])
      const other = folded.get(id)
      if (other) {
        folded.set(id, { ...other, mode: stricter(other.mode, limit.mode), cost: costlier(other.cost, limit.cost) })
      } else if (section === base || limit.mode !== 'off') folded.set(id, limit)
    }
  }
  const penalties = [
    ...new Map([...(base.penalties ?? []), ...(route.penalties ?? [])].map((each) => [each.of, each])).values(),
  ]
  return {
    mode: stricter(base.mode, route.mode),
    headers: route.headers,
    skip: base.skip.filter((path) => route.skip.includes(path)),
    limits: [...folded.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.of < b.of ? -1 : 1)),
    ...(route.partition && { partition: true as const }),
    ...(penalties.length > 0 && { penalties }),
  }
}

/** Limits that share a counter count in one unit, and a number is all that differs. */
function costlier(a: Cost, b: Cost): Cost {
  return typeof a === 'number' && typeof b === 'number' ? Math.max(a, b) : a
}
