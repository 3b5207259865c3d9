import type { Defence } from '../../contract/defence.ts'
import type { Path } from '../../policy/path.ts'
import { formatRouteKey } from '../../policy/pattern.ts'
import { quote } from '../../policy/quote.ts'
import { compareRoutes, isWider, routesClash, shape } from '../../policy/specificity.ts'
import { type CanonicalPolicy, type CanonicalRoute, FORMAT } from './canonical.ts'
import type { Frame, Scope, WrittenRoute } from './frame.ts'
import type { Layer } from './layer.ts'
import type { Mistakes } from './mistakes.ts'
import type { SectionReader } from './section.ts'
import { same } from './tree.ts'

export interface Expanded {
  /** Whole only where no mistake was found. */
  readonly canonical: CanonicalPolicy
  /** Of which layers a section was made; `route` is the index in the canonical list. */
  readonly layers: (section: string, route?: number) => readonly Layer[]
  /** Where a route of the canonical list was written. */
  readonly routeAt: (route: number) => Path | undefined
}

interface Route extends Pick<WrittenRoute, 'key' | 'at'> {
  /** Layers of the route alone, by section. */
  readonly own: ReadonlyMap<string, readonly Layer[]>
  /** Routes that take all of its requests too, the widest first: what they set holds here unless it is set otherwise. */
  readonly wider: readonly Route[]
}

/** The canonical policy of one environment. */
export function expandEnvironment(
  frame: Frame,
  environment: string,
  overlay: Scope | undefined,
  reader: SectionReader,
): Expanded {
  const { defences } = reader
  const scopes = overlay ? [frame.base, overlay] : [frame.base]
  const routes = orderRoutes(scopes, reader.mistakes)
  const base = new Map<string, unknown>()
  const baseLayers = new Map<string, readonly Layer[]>()
  for (const defence of defences) {
    const layers = [frame.preset.sections, ...scopes.map((scope) => scope.sections)].flatMap(
      (sections) => sections.get(defence.name) ?? [],
    )
    baseLayers.set(defence.name, layers)
    base.set(defence.name, reader.section(defence, layers))
  }
  const layers = (section: string, route?: number): readonly Layer[] => {
    const line = route === undefined ? [] : lineOf(routes[route])
    return [...(baseLayers.get(section) ?? []), ...line.flatMap((each) => each.own.get(section) ?? [])]
  }
  const canonicalRoutes = routes.map((route) => {
    const sections: Record<string, unknown> = {}
    const folded: Record<string, unknown> = {}
    for (const defence of defences) {
      const { name, section } = defence
      const under = base.get(name)
      const line = lineOf(route).filter((each) => each.own.has(name))
      if (line.length === 0) continue
      const value = inherit(defence, reader, under, baseLayers.get(name) ?? [], line)
      if (value === undefined || under === undefined) continue
      sections[name] = value
      const loose = section.fold(under, value)
      if (!same(loose, value)) folded[name] = loose
    }
    const { methods, pattern } = route.key
    return { methods, pattern, ...sections, folded } satisfies CanonicalRoute
  })
  return {
    canonical: { format: FORMAT, environment, ...Object.fromEntries(base), routes: canonicalRoutes },
    layers,
    routeAt: (route) => routes[route]?.at,
  }
}

/** The route and all that are wider, from the widest on. */
function lineOf(route: Route | undefined): readonly Route[] {
  return route ? [...route.wider, route] : []
}

/**
 * A section as a route has it. Each route of the line lies over those before it, and owns what it adds: a limit of
 * `/admin/*` is one counter for all that is below it.
 */
function inherit(
  defence: Defence<unknown>,
  reader: SectionReader,
  base: unknown,
  baseLayers: readonly Layer[],
  line: readonly Route[],
): unknown {
  let value = base
  let layers = baseLayers
  for (const { key, own } of line) {
    layers = [...layers, ...(own.get(defence.name) ?? [])]
    const read = reader.section(defence, layers)
    if (read === undefined || value === undefined) return undefined
    value = defence.section.claim ? defence.section.claim(value, read, formatRouteKey(key)) : read
  }
  return value
}

/** Base and overlay as one list of routes, most specific first. */
function orderRoutes(scopes: readonly Scope[], mistakes: Mistakes): readonly Route[] {
  const routes = new Map<string, { key: WrittenRoute['key']; at: WrittenRoute['at']; own: Map<string, Layer[]> }>()
  for (const scope of scopes) {
    for (const [text, { key, at, sections }] of scope.routes) {
      const route = routes.get(text) ?? { key, at, own: new Map<string, Layer[]>() }
      routes.set(text, route)
      for (const [name, layer] of sections) route.own.set(name, [...(route.own.get(name) ?? []), layer])
    }
  }
  const all = [...routes.values()]
  refuseClashes(all, mistakes)
  const ordered = all.sort((a, b) => compareRoutes(a.key, b.key)).map((route) => ({ ...route, wider: [] as Route[] }))
  for (const route of ordered) {
    // Most specific first in the list, widest first here.
    for (const other of ordered) if (isWider(other.key, route.key)) route.wider.unshift(other)
  }
  return ordered
}

function refuseClashes(routes: readonly Pick<Route, 'key' | 'at'>[], mistakes: Mistakes): void {
  const byShape = new Map<string, Pick<Route, 'key' | 'at'>[]>()
  for (const route of routes) {
    const like = byShape.get(shape(route.key)) ?? []
    const first = like.find((each) => routesClash(each.key, route.key))
    if (first) {
      const expected = `one key for the same requests: ${quote(String(first.at.at(-1)))} takes them already`
      mistakes.add(route.at, expected, { at: 'key', suggestion: 'write both under one key' })
    }
    byShape.set(shape(route.key), [...like, route])
  }
}
