import type { Defence } from '../../contract/defence.ts'
import type { Difference } from '../../contract/explanation.ts'
import { formatRouteKey, parseRouteKey, type RouteKey } from '../../policy/pattern.ts'
import { compareRoutes, isWider } from '../../policy/specificity.ts'
import type { CanonicalPolicy, CanonicalRoute } from '../expand/canonical.ts'
import type { Explanations } from './checklist.ts'
import { compareSection } from './compare-section.ts'

/** What changes for one route. */
export interface PolicyChange extends Difference {
  /** `POST /auth/login`; `*` for every route that has nothing of its own in this section. */
  readonly route: string
  readonly section: string
}

/**
 * What changes for whom from one canonical policy to the next: for every route first, then for each route that either of
 * them names. What a route shares with a wider one, or with all, is said there alone.
 */
export function comparePolicies(
  before: CanonicalPolicy,
  after: CanonicalPolicy,
  defences: readonly Defence<unknown>[],
  explanations: Explanations,
): readonly PolicyChange[] {
  const keys = new Map<string, RouteKey>()
  for (const route of [...before.routes, ...after.routes]) {
    const text = formatRouteKey(route)
    // Canonical routes come from keys that were read before.
    keys.set(text, parseRouteKey(text) as RouteKey)
  }
  const [oldRoutes, newRoutes] = [linesOf(before), linesOf(after)]
  const said: { readonly key: RouteKey | undefined; readonly changes: ReadonlySet<string> }[] = []
  const changes: PolicyChange[] = []
  // The widest first, so that what others inherit has been said.
  const widest = [...keys].sort(([, a], [, b]) => compareRoutes(b, a))
  for (const [route, key] of [['*', undefined] as const, ...widest]) {
    const above = said.filter((each) => each.key === undefined || (key && isWider(each.key, key)))
    const found = defences.flatMap((defence) => {
      const { name } = defence
      const [old, now] = [effective(before, oldRoutes, key, name), effective(after, newRoutes, key, name)]
      if (old === undefined || now === undefined) return []
      return compareSection(defence, explanations[name], old, now).map((each) => ({ route, section: name, ...each }))
    })
    const own = found.filter((each) => !above.some(({ changes: inherited }) => inherited.has(idOf(each))))
    said.push({ key, changes: new Set(found.map(idOf)) })
    changes.push(...own)
  }
  return changes
}

const idOf = ({ section, direction, text }: PolicyChange) => JSON.stringify([section, direction, text])

interface RouteLine {
  readonly key: RouteKey
  readonly route: CanonicalRoute
}

function linesOf(policy: CanonicalPolicy): readonly RouteLine[] {
  return policy.routes.map((route) => ({ key: parseRouteKey(formatRouteKey(route)) as RouteKey, route }))
}

/** A section as it holds for the requests of a route, whether the policy names that route or only a wider one. */
function effective(
  policy: CanonicalPolicy,
  lines: readonly RouteLine[],
  key: RouteKey | undefined,
  section: string,
): unknown {
  if (key === undefined) return policy[section]
  const same = lines.find((each) => formatRouteKey(each.key) === formatRouteKey(key))
  // Most specific first, as the policy has them.
  const found = same ?? lines.find((each) => isWider(each.key, key))
  return found && Object.hasOwn(found.route, section) ? found.route[section] : policy[section]
}
