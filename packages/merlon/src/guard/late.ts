import type { Compiled, Decide } from '../contract/defence.ts'
import {
  type CompiledRoute,
  type Compiler,
  compileAnswer,
  defenceOf,
  isReading,
  PEEK_BODY,
  readingOf,
  type Sections,
  steps,
} from './compile.ts'
import { defences, order } from './order.ts'
import { path } from './path.ts'

/** A route of the policy that something has joined: its answers leave with what both say. */
export interface LateRoute extends CompiledRoute {
  /** The steps of what has joined last. */
  readonly late: readonly Decide[]
  /** All that has joined, so that nothing acts twice on one request. */
  readonly joined: readonly Late[]
}

export interface LateParts {
  /** What its counters are found by: unique among all that counts in one place. */
  readonly key: string
  /** Canonical, by the defences' names. */
  readonly sections: Sections
  readonly compiler: Compiler
  /** Taken for `client` where nobody has said yet who is calling. */
  readonly client?: unknown
  /** Whether it reads the path or the query, and so refuses one that has no one reading where nobody has yet. */
  readonly readsPath?: boolean
}

/**
 * What acts on a request after the policy's own steps: an inline route, or a defence by itself. It joins the route that
 * the request has fallen under; each such pair is compiled once, at its first request.
 */
export class Late {
  readonly #parts: LateParts
  readonly #routes = new WeakMap<CompiledRoute, LateRoute>()

  constructor(parts: LateParts) {
    this.#parts = parts
  }

  get key(): string {
    return this.#parts.key
  }

  /** The route with this joined to it; undefined where it has joined before. */
  over(route: CompiledRoute): LateRoute | undefined {
    const joined = 'joined' in route ? (route as LateRoute).joined : []
    if (joined.includes(this)) return undefined
    const known = this.#routes.get(route)
    if (known) return known
    const late = this.#compile(route, joined)
    this.#routes.set(route, late)
    return late
  }

  #compile(route: CompiledRoute, joined: readonly Late[]): LateRoute {
    const { key, compiler, client } = this.#parts
    const own: Sections =
      client === undefined || Object.hasOwn(route.sections, 'client')
        ? this.#parts.sections
        : { ...this.#parts.sections, client }
    const sections = { ...route.sections }
    const parts = new Map(route.parts)
    for (const { name, section, compile } of defences) {
      if (!Object.hasOwn(own, name)) continue
      const under = sections[name]
      const options = section.late ? section.late.join(under, own[name], key) : own[name]
      sections[name] = options
      // Some are said of all routes alike, and who is calling is found before there is one.
      const place = name === 'client' || section.inRoute === 'none' ? '*' : route.pattern
      parts.set(name, compile(options, compiler.build(name, place, [], key)))
    }
    const reads = readingOf(Object.keys(own).flatMap((name) => parts.get(name) ?? []))
    const acts = (name: string) => {
      if (name === 'path') return this.#parts.readsPath
      return isReading(name) ? name === reads : Object.hasOwn(own, defenceOf(name))
    }
    return {
      ...route,
      ...compileAnswer(parts),
      sections,
      parts,
      late: order.late.filter(acts).flatMap((name) => {
        if (name === 'path') return unsettled
        return isReading(name) ? unread(parts, name) : steps(compiler, parts, [name])
      }),
      joined: [...joined, this],
    }
  }
}

/** The path, where it could not be brought to one form before, and that was nobody's business. */
const unsettled: Decide = (facts) => (facts.path === '' ? path(facts) : undefined)

/** The body is read where nobody has done so. */
function unread(parts: ReadonlyMap<string, Compiled>, step: string): Decide[] {
  const read = parts.get('size')?.steps?.[step]
  return read
    ? [(facts) => (facts.body || facts.parsed || (facts.peeked && step === PEEK_BODY) ? undefined : read(facts))]
    : []
}
