import type { Facts } from '../../contract/facts.ts'

/** What a request says of its version. */
export type Named =
  | { readonly kind: 'known'; readonly name: string }
  | { readonly kind: 'none' }
  /** Why it is none that is known. */
  | { readonly kind: 'unknown'; readonly why: string }

export const NONE: Named = { kind: 'none' }

const UNKNOWN: Named = { kind: 'unknown', why: 'the path names a version that is not under versions.known' }
const SPELLED: Named = { kind: 'unknown', why: 'the path spells a version otherwise than versions.known does' }

/**
 * Reads the version off the path, and lays down the path below it for the matching of routes.
 *
 * A framework that folds case and slashes runs the handlers of `/v1/books` for `/V1//books` too. Were such a path left
 * as it is, no route of the policy would fit it, and none of their limits hold; so whatever looks like a version is
 * taken off, and what is not spelled to the letter is refused. Where that is only observed, the path that is left begins
 * with two slashes, so that routes fit it folded alone: what they tighten holds, what they loosen does not.
 */
export function compileByPath(under: string, names: readonly string[]): (facts: Facts) => Named {
  const known = new Map(names.map((name) => [name, { kind: 'known', name } as const]))
  const looks = looksLike(names)
  const start = under.length + 1
  const above = under.toLowerCase().split('/').filter(Boolean)

  return (facts) => {
    const { path } = facts
    if (under === '' || path.startsWith(`${under}/`)) {
      const end = path.indexOf('/', start)
      const found = known.get(end < 0 ? path.slice(start) : path.slice(start, end))
      if (found) {
        facts.routePath = (end < 0 ? under : under + path.slice(end)) || '/'
        return found
      }
    }
    const parts = path.split('/').filter(Boolean)
    if (!above.every((part, at) => part === parts[at]?.toLowerCase())) return NONE
    const part = parts[above.length]
    if (part === undefined || !looks.test(part)) return NONE
    facts.routePath = `//${parts.toSpliced(above.length, 1).join('/')}`
    return names.some((name) => name.toLowerCase() === part.toLowerCase()) ? SPELLED : UNKNOWN
  }
}

/** What is written as the known versions are, with other numbers: `v12` where `v1` is known. */
function looksLike(names: readonly string[]): RegExp {
  const shapes = names.map((name) => name.replace(/[.-]/g, '\\$&').replace(/\d+/g, '\\d+'))
  return new RegExp(`^(?:${[...new Set(shapes)].join('|')})$`, 'i')
}
