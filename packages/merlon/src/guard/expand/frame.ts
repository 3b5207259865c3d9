import type { Defence } from '../../contract/defence.ts'
import { checkOverlayName } from '../../policy/environment.ts'
import { nearest } from '../../policy/nearest.ts'
import type { Path } from '../../policy/path.ts'
import { parseRouteKey, type RouteKey } from '../../policy/pattern.ts'
import { formatValue, quote } from '../../policy/quote.ts'
import { hasReference } from '../../policy/references.ts'
import { knownKeys } from './known-keys.ts'
import type { Layer } from './layer.ts'
import type { Mistakes } from './mistakes.ts'
import { presets } from './presets.generated.ts'
import { meant, oneOf, suggestKey } from './suggest.ts'
import { isObject, type Tree } from './tree.ts'

/** The sections that one place of the policy writes, by their names. */
export type Sections = ReadonlyMap<string, Layer>

export interface WrittenRoute {
  readonly key: RouteKey
  readonly at: Path
  readonly sections: Sections
}

/** What holds in an environment: the top of the policy, or an overlay. */
export interface Scope {
  readonly sections: Sections
  /** By their keys as written: an overlay's route lies over the route of the same key. */
  readonly routes: ReadonlyMap<string, WrittenRoute>
}

export interface Preset {
  /** Undefined where the policy names none that there is. */
  readonly name: string | undefined
  readonly sections: Sections
}

/** The policy's outline: whose sections are still unread. */
export interface Frame {
  /** What lies under the policy. */
  readonly preset: Preset
  readonly base: Scope
  readonly overlays: ReadonlyMap<string, Scope>
}

/** Reads everything of a policy that is no section's own. */
export class FrameReader {
  private readonly names: readonly string[]

  constructor(
    private readonly defences: readonly Defence<unknown>[],
    private readonly mistakes: Mistakes,
  ) {
    this.names = defences.map((each) => each.name)
  }

  read(written: unknown): Frame {
    const top = this.object(written, [], 'an object of sections')
    const base = this.scope(top, [], ['$schema', 'preset', 'environments', 'routes'])
    if (Object.hasOwn(top, '$schema') && typeof top['$schema'] !== 'string') {
      this.wrong(['$schema'], "the schema's address", top['$schema'])
    }
    return { preset: this.preset(top), base, overlays: this.overlays(top) }
  }

  private preset(top: Tree): Preset {
    const name = Object.hasOwn(top, 'preset') ? top['preset'] : 'api'
    const known = Object.keys(presets)
    if (typeof name === 'string' && Object.hasOwn(presets, name)) {
      const written = (presets as Readonly<Record<string, Tree>>)[name] ?? {}
      return { name, sections: this.sections(written, ['preset'], 'policy') }
    }
    const suggestion = typeof name === 'string' ? meant(nearest(name, known)) : undefined
    this.wrong(['preset'], `one of ${known.map((each) => quote(each)).join(', ')}`, name, suggestion)
    return { name: undefined, sections: new Map() }
  }

  private overlays(top: Tree): ReadonlyMap<string, Scope> {
    const overlays = new Map<string, Scope>()
    if (!Object.hasOwn(top, 'environments')) return overlays
    const written = this.object(top['environments'], ['environments'], 'an object of environments')
    for (const [name, overlay] of Object.entries(written)) {
      const at = ['environments', name]
      const wrong = checkOverlayName(name)
      if (wrong) {
        this.mistakes.add(at, `${wrong.expected}, got ${quote(name)}`, { at: 'key', suggestion: meant(wrong.meant) })
      }
      overlays.set(name, this.scope(this.object(overlay, at, 'an object of sections'), at, ['routes']))
    }
    return overlays
  }

  private scope(written: Tree, at: Path, others: readonly string[]): Scope {
    this.unknown(written, at, [...this.names, ...others])
    return { sections: this.sections(written, at, 'policy'), routes: this.routes(written, at) }
  }

  private routes(written: Tree, at: Path): ReadonlyMap<string, WrittenRoute> {
    const routes = new Map<string, WrittenRoute>()
    if (!Object.hasOwn(written, 'routes')) return routes
    const inside = [...at, 'routes']
    const expected = 'an object of routes, such as "POST /auth/login"'
    for (const [text, route] of Object.entries(this.object(written['routes'], inside, expected))) {
      const place = [...inside, text]
      const sections = this.route(this.object(route, place, 'an object of sections'), place)
      // That a key holds a variable is told of all keys alike.
      if (hasReference(text)) continue
      const key = parseRouteKey(text)
      if (typeof key === 'string') this.mistakes.add(place, `${key}, got ${quote(text)}`, { at: 'key' })
      else routes.set(text, { key, at: place, sections })
    }
    return routes
  }

  private route(written: Tree, at: Path): Sections {
    this.unknown(written, at, this.names)
    const sections = this.sections(written, at, 'route')
    for (const { name, section } of this.defences) {
      const layer = sections.get(name)
      if (layer === undefined || section.inRoute === 'all') continue
      if (section.inRoute === 'none') {
        const expected = `${quote(name)} at the top of the policy: it holds for every route alike`
        this.mistakes.add(layer.at, expected, { at: 'key' })
        continue
      }
      for (const key of isObject(layer.desugared) ? Object.keys(layer.desugared) : []) {
        // A key that is known nowhere is told when the section is read.
        if (section.inRoute.includes(key) || !knownKeys(section.schema(), []).includes(key)) continue
        const expected = `what a route may set of ${quote(name)} (${section.inRoute.join(', ')}), got ${quote(key)}`
        this.mistakes.add(isObject(layer.written) ? [...layer.at, key] : layer.at, expected, { at: 'key' })
      }
    }
    return sections
  }

  private sections(written: Tree, at: Path, scope: 'policy' | 'route'): Sections {
    const sections = new Map<string, Layer>()
    for (const { name, section } of this.defences) {
      if (!Object.hasOwn(written, name)) continue
      const value = written[name]
      sections.set(name, { at: [...at, name], written: value, desugared: section.desugar(value, scope) })
    }
    return sections
  }

  private unknown(written: Tree, at: Path, known: readonly string[]): void {
    for (const key of Object.keys(written)) {
      if (known.includes(key)) continue
      const only = key === 'environments' || key === 'preset' || key === 'routes' || key === '$schema'
      this.mistakes.add(
        [...at, key],
        only ? `${quote(key)} at the top of the policy alone` : `${oneOf(known)}, got ${quote(key)}`,
        { at: 'key', suggestion: only ? undefined : this.suggestion(key, known) },
      )
    }
  }

  private suggestion(key: string, known: readonly string[]): string | undefined {
    if (known.includes('routes') && typeof parseRouteKey(key) === 'object') return 'routes stand under "routes"'
    return suggestKey(key, known, this.defences)
  }

  private object(value: unknown, at: Path, expected: string): Tree {
    if (isObject(value)) return value
    this.wrong(at, expected, value)
    return {}
  }

  private wrong(at: Path, expected: string, value: unknown, suggestion?: string): void {
    this.mistakes.add(at, `${expected}, got ${formatValue(value, at)}`, { suggestion })
  }
}
