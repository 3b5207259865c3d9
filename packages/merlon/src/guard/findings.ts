import type { Defence } from '../contract/defence.ts'
import type { Finding } from '../contract/finding.ts'
import type { Path } from '../policy/path.ts'
import { formatRouteKey } from '../policy/pattern.ts'
import type { CanonicalPolicy } from './expand/canonical.ts'

/** A weak setting with its path in the whole policy, `['routes', 'POST /auth/login', 'limits', 'mode']`. */
export interface PolicyFinding extends Finding {
  readonly section: string
  /** Within the section, `['mode']`. */
  readonly setting: Path
  /** The same path in the canonical policy, `['routes', 2, 'limits', 'mode']`. */
  readonly at: Path
  /** The route whose settings it is about; undefined for those of the policy. */
  readonly route: string | undefined
}

/**
 * Weak settings of the policy and of each route. A section that a route leaves as the policy has it is looked at as well:
 * a limit that is right for all routes is weak for the one that takes passwords.
 */
export function findingsOf(
  defences: readonly Defence<unknown>[],
  policy: CanonicalPolicy,
  production: boolean,
): PolicyFinding[] {
  return defences.flatMap(({ name, check }) => {
    const place = (finding: Finding, under: Path, at: Path, route?: string): PolicyFinding => ({
      ...finding,
      path: [...under, name, ...finding.path],
      section: name,
      setting: finding.path,
      at: [...at, name, ...finding.path],
      route,
    })
    const general = check(policy[name], production, 'policy', '*', policy)
    const known = new Set(general.map(identify))
    const ofRoutes = policy.routes.flatMap((route, index) => {
      const key = formatRouteKey(route)
      const own = Object.hasOwn(route, name)
      return check(own ? route[name] : policy[name], production, 'route', key, policy)
        .filter((finding) => own || !known.has(identify(finding)))
        .map((finding) => place(finding, ['routes', key], ['routes', index], key))
    })
    return [...general.map((finding) => place(finding, [], [])), ...ofRoutes]
  })
}

function identify({ code, path }: Finding): string {
  return JSON.stringify([code, path])
}
