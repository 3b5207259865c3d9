import type { Counters } from '../contract/counters.ts'
import type { Compiled, Decide, Defence } from '../contract/defence.ts'
import type { Policy } from '../policy/define.ts'
import { PolicyError } from '../policy/mistake.ts'
import { mistakeAt } from '../policy/origin.ts'
import { type CompiledRoute, type Compiler, compileAnswer } from './compile.ts'
import { openDesk } from './desk.ts'
import { isObject } from './expand/tree.ts'
import type { AloneLimit } from './expand/written.ts'
import { Guard } from './guard.ts'
import { placeOf, uniqueIn } from './inline.ts'
import { Late } from './late.ts'
import { Matcher } from './match.ts'
import { defences } from './order.ts'
import { path } from './path.ts'
import { type Above, type GuardOptions, type Host, type PolicyInput, prepare } from './prepare.ts'

/** A defence by itself, without a policy around it. */
export interface Single {
  /** Opens requests that no guard has opened: it looks at them, and puts problems into words. */
  readonly guard: Guard
  /** What the defence does, on any request that a guard has opened. */
  readonly late: Late
}

export interface SingleParts {
  /** The defence's name, which is its section's. */
  readonly section: string
  readonly written: unknown
  /** What its counters are called; else they are by the place of the call. */
  readonly name?: string | undefined
  readonly options: GuardOptions
  readonly host: Host
  /** The function that the user called. */
  readonly above: Above
}

/**
 * Compiles one defence. Several of them on one request share what is known of it, also with a policy's guard that has
 * opened it: they act in the order in which they are called.
 *
 * @throws PolicyError with every mistake, at the line of that call
 */
export function buildSingle({ section, written, name, options, host, above }: SingleParts): Single {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the policy's own form
  const secrets = options.counters?.needsSecret ? { secrets: '${MERLON_SECRET}' } : {}
  const prepared = prepare({ [section]: written, ...secrets } as PolicyInput, options, host, above)
  const { resolved, production, platform, log, compiler, policy } = prepared
  const defence = named(section)
  refuseLate(defence, policy)
  const key = name ?? keyOf(policy, prepared.setup?.counters ?? options.counters)
  const canonical = resolved[section]
  const bare = compileBare(compiler, resolved)
  const late = new Late({
    key,
    sections: { [section]: canonical },
    compiler,
    // These go by who is calling, so whoever has said nothing of proxies has to hear of one that nobody declared.
    ...(section === 'limits' || section === 'transport' ? { client: resolved['client'] } : {}),
    readsPath: section === 'versions' || section === 'input',
  })
  late.over(bare)
  prepared.conclude()
  const guard = new Guard({
    platform,
    log,
    fallback: bare,
    bare: true,
    findings: () =>
      defence
        .check(canonical, production, 'route', key)
        .map((finding) => ({ ...finding, path: [section, ...finding.path] })),
    matcher: new Matcher<CompiledRoute>([], bare, () => bare),
    inline: () => late,
    onRefuse: options.onRefuse,
    prepare: prepared.setup?.prepare,
    desk: openDesk({ counters: prepared.counters, platform, fallback: bare, routes: [late.over(bare) ?? bare] }),
    ready: prepared.ready,
    close: prepared.close,
  })
  prepared.attach(guard)
  return { guard, late }
}

/** What no defence by itself can do, however early it stands. */
function refuseLate({ name, section }: Defence<unknown>, { written, origin }: Policy): void {
  const own = isObject(written) ? section.desugar(written[name], 'policy') : undefined
  const found = isObject(own) ? (section.late?.alone?.(own) ?? []) : []
  const mistakes = found.map(({ path, expected }) =>
    mistakeAt(origin, [name, ...path], `expected ${expected}`, { at: 'key' }),
  )
  if (mistakes.length > 0) throw new PolicyError(mistakes)
}

function named(name: string): Defence<unknown> {
  return defences.find((each) => each.name === name) as Defence<unknown>
}

const taken = new WeakMap<Counters, Set<string>>()

/** Limits that count in one place are told apart by where they are called. */
function keyOf({ origin }: Policy, counters: Counters | undefined): string {
  const place = placeOf(origin)
  if (!counters) return place
  const keys = taken.get(counters) ?? new Set()
  taken.set(counters, keys)
  return uniqueIn(keys, place)
}

/** The section that one limit stands for. The limit `general`, which every policy has, is left out. */
export function limitSection(given: string | AloneLimit): Pick<SingleParts, 'written' | 'name'> {
  const limit: unknown = given
  if (typeof limit !== 'object' || limit === null || !('name' in limit)) return { written: { general: 'off', limit } }
  const { name, ...rest } = limit
  return { written: { general: 'off', [String(name)]: rest }, name: String(name) }
}

/**
 * A route on which nothing is refused and nothing leaves: who is calling and by which path is looked up, for what joins
 * it, the log and problems. A body that something needs is bounded even so.
 */
function compileBare(compiler: Compiler, resolved: Readonly<Record<string, unknown>>): CompiledRoute {
  const part = (name: string, options: unknown): Compiled => named(name).compile(options, compiler.build(name, '*', []))
  const errors = part('errors', resolved['errors'])
  const parts = new Map<string, Compiled>([
    ['errors', { ...errors, leave: (facts, answer) => facts.refusal && errors.leave?.(facts, answer) }],
    ['size', part('size', { ...(resolved['size'] as object), mode: 'off' })],
  ])
  const look = part('client', resolved['client']).steps?.['client']
  return {
    pattern: '*',
    names: [],
    arrive: [...(look ? [quiet(look)] : []), quiet(path)],
    route: [],
    preflighted: [],
    identification: [],
    read: [],
    preflight: [],
    sections: {},
    parts,
    ...compileAnswer(parts),
  }
}

/** What the step lays down, without its verdict. */
function quiet(decide: Decide): Decide {
  return (facts) => {
    decide(facts)
    return undefined
  }
}
