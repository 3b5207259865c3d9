import type { Build, Compiled, Decide, Defence, Leave, ReadyHeader } from '../contract/defence.ts'
import type { Facts, RouteFacts } from '../contract/facts.ts'
import { isPromise, type Refusal, type Verdict } from '../contract/verdict.ts'
import type { Path } from '../policy/path.ts'
import { order, own } from './order.ts'

/** One route of the policy, ready to run: flat lists of steps and ready header strings. */
export interface CompiledRoute extends RouteFacts {
  readonly arrive: readonly Decide[]
  readonly route: readonly Decide[]
  /** The same for a preflight that the route it asks about has let pass. */
  readonly preflighted: readonly Decide[]
  readonly read: readonly Decide[]
  readonly leave: readonly Leave[]
  readonly headers: readonly ReadyHeader[]
  readonly strip: readonly string[]
  /** The step that answers preflights, kept apart: it runs under the route that the preflight asks about. */
  readonly preflight: readonly Decide[]
  readonly readsBody: boolean
  readonly identify: NonNullable<Compiled['identify']>
  readonly classify: NonNullable<Compiled['classify']>
  readonly render: NonNullable<Compiled['render']>
}

/** Options of every defence for one route, by the defence's name. */
export type Sections = Readonly<Record<string, unknown>>

/** What a compiler holds for all routes; `build` gives the part that depends on section and route. */
export interface Compiler {
  readonly defences: readonly Defence<unknown>[]
  readonly build: (section: string, route: string, at: Path) => Build
  readonly observed: (facts: Facts, refusal: Refusal) => void
}

export interface RoutePlace {
  /** `POST /auth/login`, or `*`. */
  readonly key: string
  /** Names of the pattern's parameters. */
  readonly names: readonly string[]
  /** Where its sections stand in the canonical policy. */
  readonly at: Path
}

export function compileRoute(compiler: Compiler, sections: Sections, { key, names, at }: RoutePlace): CompiledRoute {
  const parts = new Map<string, Compiled>()
  for (const defence of compiler.defences) {
    parts.set(defence.name, defence.compile(sections[defence.name], compiler.build(defence.name, key, at)))
  }
  const errors = parts.get('errors') as Compiled
  const { identify, classify, render } = errors
  if (!identify || !classify || !render)
    throw new TypeError('the errors defence has to give identify, classify and render')
  const leaving = order.leave.map((name) => parts.get(name) as Compiled)
  return {
    pattern: key,
    names,
    arrive: steps(compiler, parts, order.arrive),
    route: steps(compiler, parts, order.route),
    preflighted: steps(
      compiler,
      parts,
      order.route.filter((name) => name !== PREFLIGHT),
    ),
    read: steps(compiler, parts, order.read),
    leave: leaving.flatMap((part) => part.leave ?? []),
    headers: leaving.flatMap((part) => part.headers ?? []),
    strip: leaving.flatMap((part) => part.strip ?? []),
    preflight: steps(compiler, parts, [PREFLIGHT]),
    readsBody: [...parts.values()].some((part) => part.readsBody),
    identify,
    classify,
    render,
  }
}

const PREFLIGHT = 'cors.preflight'

function steps(compiler: Compiler, parts: ReadonlyMap<string, Compiled>, names: readonly string[]): Decide[] {
  return names.flatMap((name) => own[name] ?? step(compiler, parts, name) ?? [])
}

function step(compiler: Compiler, parts: ReadonlyMap<string, Compiled>, name: string): Decide | undefined {
  const part = parts.get(name.split('.', 1)[0] as string)
  const decide = part?.steps?.[name]
  return decide && part.observe ? watched(decide, compiler.observed) : decide
}

/** The step of a section in `observe`: its refusals are reported and go no further. */
function watched(decide: Decide, observed: Compiler['observed']): Decide {
  return (facts) => {
    const verdict = decide(facts)
    return isPromise(verdict) ? verdict.then((late) => withheld(facts, late)) : withheld(facts, verdict)
  }
  function withheld(facts: Facts, verdict: Verdict): Verdict {
    if (verdict?.kind !== 'refuse') return verdict
    observed(facts, verdict)
    return undefined
  }
}
