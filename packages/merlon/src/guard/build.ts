import { PolicyError } from '../policy/mistake.ts'
import { formatRouteKey, parseRouteKey, type RouteKey } from '../policy/pattern.ts'
import { type CompiledRoute, type Compiler, compileRoute, type Sections } from './compile.ts'
import { openDesk } from './desk.ts'
import type { CanonicalPolicy, CanonicalRoute } from './expand/index.ts'
import { findingsOf } from './findings.ts'
import { Guard } from './guard.ts'
import { InlineReader } from './inline.ts'
import { Late } from './late.ts'
import { type Combine, type Entry, Matcher } from './match.ts'
import { defences } from './order.ts'
import { type Above, type GuardOptions, type Host, type PolicyInput, type Prepared, prepare } from './prepare.ts'

export type { Above, GuardOptions, Host, PolicyInput } from './prepare.ts'

/**
 * Compiles a policy. No I/O, no randomness, no timer.
 *
 * @throws PolicyError with every mistake of the policy
 */
export function buildGuard(given: PolicyInput, options: GuardOptions, host: Host, above: Above): Guard {
  const prepared = prepare(given, options, host, above)
  const { resolved, production, platform, log, compiler, counters } = prepared
  const fallback = compileRoute(compiler, resolved, { key: '*', names: [], at: [] })
  const entries = resolved.routes.map((route, index) => compileEntry(compiler, resolved, route, index))
  prepared.conclude()

  const routeOf = new Map(entries.map((entry, index) => [entry, resolved.routes[index]]))
  const combine: Combine<CompiledRoute> = (folded, exact) => {
    const sectionsOf = (entry: Entry<CompiledRoute> | undefined): Sections => ({
      ...resolved,
      ...(entry && routeOf.get(entry)),
    })
    const sections = folded.reduceRight((under, entry) => foldAll(under, sectionsOf(entry)), sectionsOf(exact))
    const { pattern, names } = (exact ?? (folded[0] as Entry<CompiledRoute>)).exact
    return compileRoute(compiler, sections, { key: pattern, names, at: [] })
  }
  const guard = new Guard({
    platform,
    log,
    fallback,
    findings: () => [...prepared.binding.unused(), ...prepared.weak, ...findingsOf(defences, resolved, production)],
    matcher: new Matcher(entries, fallback, combine),
    inline: compileInline(prepared, fallback),
    onRefuse: options.onRefuse,
    prepare: prepared.setup?.prepare,
    desk: openDesk({ counters, platform, fallback, routes: entries.flatMap(({ exact, folded }) => [exact, folded]) }),
    ready: prepared.ready,
    close: prepared.close,
  })
  prepared.attach(guard)
  return guard
}

/** Inline routes are compiled where they are defined, for the policy as a whole, so that their mistakes show there. */
function compileInline(
  { compiler, binding }: Prepared,
  fallback: CompiledRoute,
): (given: unknown, above: Above) => Late {
  let reader: InlineReader | undefined
  return (given, above) => {
    reader ??= new InlineReader()
    const { key, sections, code, mistakes } = reader.read(given, above)
    const late = new Late({
      key,
      sections,
      compiler: {
        ...compiler,
        build: (section, route, at, inline) => ({
          ...compiler.build(section, route, at, inline),
          code: (path, name) =>
            binding.findInline(code, name, ({ expected, suggestion }) => {
              mistakes.add([section, ...path], expected, { suggestion })
            }),
          mistake: (path, expected) => mistakes.add([section, ...path], expected),
        }),
      },
    })
    late.over(fallback)
    const found = mistakes.list()
    if (found.length > 0) throw new PolicyError(found)
    return late
  }
}

function compileEntry(
  compiler: Compiler,
  base: CanonicalPolicy,
  route: CanonicalRoute,
  index: number,
): Entry<CompiledRoute> {
  const key = formatRouteKey(route)
  // Canonical routes come from keys that were read before.
  const { methods, segments } = parseRouteKey(key) as RouteKey
  const names = segments.flatMap((each) => (each.kind === 'param' ? each.name : each.kind === 'rest' ? '*' : []))
  const at = ['routes', index]
  return {
    methods,
    segments,
    exact: compileRoute(compiler, { ...base, ...route }, { key, names, at }),
    folded: compileRoute(compiler, { ...base, ...route, ...route.folded }, { key, names, at: [...at, 'folded'] }),
  }
}

function foldAll(under: Sections, over: Sections): Sections {
  return Object.fromEntries(
    defences.map(({ name, section }) => [
      name,
      under[name] === over[name] ? under[name] : section.fold(under[name], over[name]),
    ]),
  )
}
