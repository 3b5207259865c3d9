import type { RouteKey, Segment } from './pattern.ts'

const RANK = { static: 0, param: 1, end: 2, rest: 3 } as const

const rank = (segment: Segment | undefined): number => RANK[segment === undefined ? 'end' : segment.kind]

/**
 * Orders routes from the most specific on, so that the first that matches is the one that holds: segment by segment,
 * fixed text before a parameter before the rest; then named methods before any method. The order depends on nothing
 * but the two keys, never on where they were written.
 */
export function compareRoutes(a: RouteKey, b: RouteKey): number {
  const longest = Math.max(a.segments.length, b.segments.length)
  for (let at = 0; at < longest; at++) {
    const byRank = rank(a.segments[at]) - rank(b.segments[at])
    if (byRank !== 0) return byRank
  }
  return (
    methodRank(a) - methodRank(b) || compareText(a.pattern, b.pattern) || compareText(`${a.methods}`, `${b.methods}`)
  )
}

/** A key that names HEAD without GET comes before the GET that would answer it too. */
function methodRank({ methods }: RouteKey): number {
  if (methods[0] === '*') return 2
  return methods.includes('HEAD') && !methods.includes('GET') ? 0 : 1
}

/** By code unit: the same in every language and locale. */
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Whether two keys are equally specific and some request falls under both, so that nothing says which one holds. */
export function routesClash(a: RouteKey, b: RouteKey): boolean {
  if (shape(a) !== shape(b)) return false
  if (a.methods[0] === '*' || b.methods[0] === '*') return a.methods[0] === b.methods[0]
  return a.methods.some((method) => b.methods.includes(method))
}

/** The pattern without its parameters' names. `/` cannot stand in a segment, so no two shapes read the same. */
export function shape(route: RouteKey): string {
  return route.segments.map((each) => (each.kind === 'static' ? `=${each.text}` : each.kind)).join('/')
}

/** Whether every request that falls under `b` fits `a` too: `/admin/*` is wider than `GET /admin/reports`. */
export function isWider(a: RouteKey, b: RouteKey): boolean {
  if (a === b || !takesMethods(a, b)) return false
  for (const [at, segment] of a.segments.entries()) {
    if (segment.kind === 'rest') return true
    const other = b.segments[at]
    if (other === undefined || other.kind === 'rest') return false
    if (segment.kind === 'static' && (other.kind !== 'static' || other.text !== segment.text)) return false
  }
  return a.segments.length === b.segments.length
}

function takesMethods(a: RouteKey, b: RouteKey): boolean {
  if (a.methods[0] === '*') return true
  return b.methods.every((method) => a.methods.includes(method) || (method === 'HEAD' && a.methods.includes('GET')))
}
