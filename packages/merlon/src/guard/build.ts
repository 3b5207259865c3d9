import type { Counters } from '../contract/counters.ts'
import type { Build } from '../contract/defence.ts'
import type { Facts } from '../contract/facts.ts'
import type { Log } from '../contract/log.ts'
import type { Platform } from '../contract/platform.ts'
import type { Refusal } from '../contract/verdict.ts'
import { asPolicy, type Policy } from '../policy/define.ts'
import { environmentOf } from '../policy/environment.ts'
import { type Mistake, PolicyError } from '../policy/mistake.ts'
import { mistakeAt } from '../policy/origin.ts'
import { parseRouteKey, type RouteKey } from '../policy/pattern.ts'
import { resolveReferences } from '../policy/references.ts'
import { type CompiledRoute, type Compiler, compileRoute, type Sections } from './compile.ts'
import { type CanonicalRoute, expandPolicy } from './expand/index.ts'
import type { WrittenPolicy } from './expand/written.ts'
import { Guard } from './guard.ts'
import { type Entry, Matcher } from './match.ts'
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

export type PolicyInput = WrittenPolicy | Policy

/**
 * Compiles a policy. No I/O, no randomness, no timer.
 *
 * @param above the function that the user called, for the call site in mistakes
 * @throws PolicyError with every mistake of the policy
 */
export function buildGuard(
  given: PolicyInput,
  options: GuardOptions,
  host: Host,
  above: (...given: never[]) => unknown,
): Guard {
  const policy = asPolicy(given, above)
  const env = options.env ?? host.env()
  const environment = environmentOf(env)
  const { canonical, mistakes } = expandPolicy(policy, { environment, defences })
  if (mistakes.length > 0 || !canonical) throw new PolicyError(mistakes)
  const references = resolveReferences(canonical, env)
  if (references.mistakes.length > 0) throw new PolicyError(references.mistakes)
  const resolved = references.resolved

  const late: Mistake[] = []
  const production = environment === 'production'
  const log = options.log ?? host.log
  const counters = options.counters ?? host.counters()
  let guard: Guard | undefined
  const observed = (facts: Facts, refusal: Refusal) => guard?.observed(facts, refusal)
  const compiler: Compiler = {
    defences,
    observed,
    build: (section, route): Build => ({
      environment,
      production,
      platform: host.platform,
      counters,
      log,
      route,
      observed,
      mistake: (path, expected) => {
        const at = route === '*' ? [section, ...path] : ['routes', route, section, ...path]
        late.push(mistakeAt(policy.origin, at, `expected ${expected}`))
      },
    }),
  }
  const base: Sections = resolved
  const fallback = compileRoute(compiler, base, '*', [])
  const entries = resolved.routes.map((route) => compileEntry(compiler, base, route))
  const sections = new Map(entries.map((entry, at) => [entry, { ...base, ...resolved.routes[at] }]))
  if (late.length > 0) throw new PolicyError(late)

  const combine = (folded: Entry<CompiledRoute>, exact: Entry<CompiledRoute>): CompiledRoute => {
    const under = sections.get(exact) ?? base
    const over = sections.get(folded) ?? base
    return compileRoute(compiler, foldAll(under, over), exact.exact.pattern, exact.exact.names)
  }
  const findings = defences.flatMap((defence) =>
    defence.check(base[defence.name], production).map((each) => ({ ...each, path: [defence.name, ...each.path] })),
  )
  guard = new Guard({
    platform: host.platform,
    log,
    fallback,
    findings,
    matcher: new Matcher(entries, fallback, combine),
  })
  return guard
}

function compileEntry(compiler: Compiler, base: Sections, route: CanonicalRoute): Entry<CompiledRoute> {
  const key = route.methods[0] === '*' ? route.pattern : `${route.methods.join(',')} ${route.pattern}`
  // Canonical routes come from keys that were read before.
  const { methods, segments } = parseRouteKey(key) as RouteKey
  const names = segments.flatMap((each) => (each.kind === 'param' ? each.name : each.kind === 'rest' ? '*' : []))
  return {
    methods,
    segments,
    exact: compileRoute(compiler, { ...base, ...route }, key, names),
    folded: compileRoute(compiler, { ...base, ...route, ...route.folded }, key, names),
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
