import type { Defence } from '../../contract/defence.ts'
import type { Policy } from '../../policy/define.ts'
import { settleEnvironment } from '../../policy/environment.ts'
import type { Mistake } from '../../policy/mistake.ts'
import { mistakeAt, type Place, placeAt } from '../../policy/origin.ts'
import type { Path } from '../../policy/path.ts'
import { checkReferences } from '../../policy/references.ts'
import type { CanonicalPolicy } from './canonical.ts'
import { type Expanded, expandEnvironment } from './environment.ts'
import { FrameReader } from './frame.ts'
import { blame, type Written } from './layer.ts'
import { Mistakes } from './mistakes.ts'
import { SectionReader } from './section.ts'
import type { Tree } from './tree.ts'

export type { CanonicalPolicy, CanonicalRoute } from './canonical.ts'

export interface ExpandOptions {
  /** As `environmentOf` gives it. One that neither the policy nor any tool knows counts as production. */
  readonly environment: string
  readonly defences: readonly Defence<unknown>[]
  /**
   * The canonical sections of a policy that writes none, by preset. Where they are given, only what is written is read
   * by schemas, whose building takes longer than all else; the outcome is the same.
   */
  readonly defaults?: Readonly<Record<string, Tree>>
}

export interface Expansion {
  /** Undefined where there is a mistake. */
  readonly canonical: CanonicalPolicy | undefined
  readonly mistakes: readonly Mistake[]
  /**
   * A mistake at the place in the written policy that a path of the canonical one came from: `['cors', 'origins', 0]`,
   * `['routes', 2, 'cors', 'origins', 0]`.
   */
  mistake(path: Path, expected: string, suggestion?: string): Mistake
  /** The place alone; `['routes', 2]` is the route's key, and so is a section that the route does not have. */
  locate(path: Path): Place
}

/**
 * Expands a written policy: layers merged, sections read, defaults filled, routes ordered. Every environment's overlay
 * is read, whichever holds, and all mistakes are found at once: a policy that starts here starts everywhere.
 */
export function expandPolicy(policy: Policy, { environment, defences, defaults = {} }: ExpandOptions): Expansion {
  const mistakes = new Mistakes(policy.origin, policy.mistakes)
  if (policy.written !== undefined) {
    checkReferences(policy.written, (path, expected, at) => mistakes.add(path, expected, at ? { at } : {}))
  }
  const frame = new FrameReader(defences, mistakes).read(policy.written ?? {})
  const reader = new SectionReader(defences, mistakes)
  const { name: preset = '', sections } = frame.preset
  if (Object.hasOwn(defaults, preset)) reader.know(sections, defaults[preset] ?? {})
  const expand = (name: string) => expandEnvironment(frame, name, frame.overlays.get(name), reader)
  const chosen = settleEnvironment(environment, frame.overlays.keys())
  const expanded = expand(chosen)
  // The base holds wherever no overlay does, so it has to stand alone.
  if (frame.overlays.has(chosen)) expandEnvironment(frame, chosen, undefined, reader)
  for (const name of frame.overlays.keys()) if (name !== chosen) expand(name)
  const found = mistakes.list()
  const written = (path: Path) =>
    path[0] === 'routes' ? inRoute(expanded, path) : blame(expanded.layers(String(path[0])), path.slice(1))
  return {
    canonical: found.length > 0 ? undefined : expanded.canonical,
    mistakes: found,
    mistake(path, expected, suggestion) {
      return mistakeAt(policy.origin, written(path)?.path ?? path, `expected ${expected}`, { suggestion })
    },
    locate(path) {
      const key = bareRoute(expanded, path)
      return key ? placeAt(policy.origin, key, 'key') : placeAt(policy.origin, written(path)?.path ?? path)
    },
  }
}

function inRoute({ layers }: Expanded, [, index, ...path]: Path): Written | undefined {
  const [section, ...inner] = path[0] === 'folded' ? path.slice(1) : path
  return typeof index === 'number' ? blame(layers(String(section), index), inner) : undefined
}

/** Where the route was written, for a path that leads to a route alone or to a section that it leaves as it is. */
function bareRoute({ canonical, routeAt }: Expanded, [first, index, section]: Path): Path | undefined {
  if (first !== 'routes' || typeof index !== 'number') return undefined
  const own = section !== undefined && Object.hasOwn(canonical.routes[index] ?? {}, section)
  return own ? undefined : routeAt(index)
}
