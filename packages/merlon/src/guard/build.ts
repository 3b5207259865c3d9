import type { Counters } from '../contract/counters.ts'
import type { Build } from '../contract/defence.ts'
import type { Facts } from '../contract/facts.ts'
import type { Log } from '../contract/log.ts'
import type { Platform } from '../contract/platform.ts'
import type { Refusal } from '../contract/verdict.ts'
import { asPolicy, type Policy } from '../policy/define.ts'
import { environmentOf, isProduction } from '../policy/environment.ts'
import { formatMistake, type Mistake, PolicyError } from '../policy/mistake.ts'
import { formatRouteKey, parseRouteKey, type RouteKey } from '../policy/pattern.ts'
import { resolveReferences } from '../policy/references.ts'
import { type CompiledRoute, type Compiler, compileRoute, type Sections } from './compile.ts'
import { defaults } from './expand/defaults.generated.ts'
import { type CanonicalPolicy, type CanonicalRoute, expandPolicy } from './expand/index.ts'
import type { WrittenPolicy } from './expand/written.ts'
import { findingsOf } from './findings.ts'
import { Guard } from './guard.ts'
import { type Combine, type Entry, Matcher } from './match.ts'
import { defences } from './order.ts'

/** What every host's `merlon(policy, options)` takes. */
export interface GuardOptions {
  /** Where limits count. Default: in this process. */
  readonly counters?: Counters
  /** A pino-compatible logger. Default: lines of JSON on stderr, or on the console where there is none. */
  readonly log?: Log
  /** What `${NAME}` in the policy stands for, and where the environment's name is read. Default: the process' own. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** What a host brings along. */
export interface Host {
  readonly platform: Platform
  readonly log: Log
  readonly counters: () => Counters
  readonly env: () => Readonly<Record<string, string | undefined>>
}

/** The function that the user called: mistakes of a policy written in place name the line of that call. */
type Above = (...given: never[]) => unknown

export type PolicyInput = WrittenPolicy | Policy

/**
 * Compiles a policy. No I/O, no randomness, no timer.
 *
 * @throws PolicyError with every mistake of the policy
 */
export function buildGuard(given: PolicyInput, options: GuardOptions, host: Host, above: Above): Guard {
  const env = options.env ?? host.env()
  const { canonical, mistakes, mistake } = expandPolicy(asPolicy(given, above), {
    environment: environmentOf(env),
    defences,
    defaults,
  })
  if (!canonical) throw new PolicyError(mistakes)
  const { resolved, mistakes: unresolved } = resolveReferences(canonical, env, mistake)
  if (unresolved.length > 0) throw new PolicyError(unresolved)

  const { environment } = resolved
  const production = isProduction(environment)
  const log = options.log ?? host.log
  const counters = options.counters ?? host.counters()
  const late = new Map<string, Mistake>()
  let guard: Guard | undefined
  const observed = (facts: Facts, refusal: Refusal) => guard?.observed(facts, refusal)
  const compiler: Compiler = {
    defences,
    observed,
    build: (section, route, at): Build => ({
      environment,
      production,
      platform: host.platform,
      counters,
      log,
      route,
      observed,
      mistake: (path, expected) => {
        const found = mistake([...at, section, ...path], expected)
        // A route holds what it inherits once more, which is one mistake still.
        late.set(formatMistake(found), found)
      },
    }),
  }
  const fallback = compileRoute(compiler, resolved, { key: '*', names: [], at: [] })
  const entries = resolved.routes.map((route, index) => compileEntry(compiler, resolved, route, index))
  if (late.size > 0) throw new PolicyError([...late.values()])

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
  guard = new Guard({
    platform: host.platform,
    log,
    fallback,
    findings: findingsOf(defences, resolved, production),
    matcher: new Matcher(entries, fallback, combine),
  })
  return guard
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
