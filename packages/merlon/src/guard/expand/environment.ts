import { formatRouteKey } from '../../policy/pattern.ts'
import { quote } from '../../policy/quote.ts'
import { compareRoutes, routesClash, shape } from '../../policy/specificity.ts'
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
}

interface Route extends Pick<WrittenRoute, 'key' | 'at'> {
  /** Layers of the route alone, by section. */
  readonly own: ReadonlyMap<string, readonly Layer[]>
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
    const layers = [frame.preset, ...scopes.map((scope) => scope.sections)].flatMap(
      (sections) => sections.get(defence.name) ?? [],
    )
    baseLayers.set(defence.name, layers)
    base.set(defence.name, reader.section(defence, layers))
  }
  const layers = (section: string, route?: number): readonly Layer[] => {
    const own = route === undefined ? undefined : routes[route]?.own.get(section)
    return [...(baseLayers.get(section) ?? []), ...(own ?? [])]
  }
  const canonicalRoutes = routes.map((route, at) => {
    const sections: Record<string, unknown> = {}
    const folded: Record<string, unknown> = {}
    for (const defence of defences) {
      const { name, section } = defence
      if (!route.own.has(name)) continue
      const read = reader.section(defence, layers(name, at))
      const under = base.get(name)
      if (read === undefined || under === undefined) continue
      const value = section.claim ? section.claim(under, read, formatRouteKey(route.key)) : read
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
  }
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
  refuseClashes([...routes.values()], mistakes)
  return [...routes.values()].sort((a, b) => compareRoutes(a.key, b.key))
}

function refuseClashes(routes: readonly Route[], mistakes: Mistakes): void {
  const byShape = new Map<string, Route[]>()
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
