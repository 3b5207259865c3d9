import type { Build, Compiled, Decide, Defence, Leave, ReadyHeader } from '../contract/defence.ts'
import type { Facts, RouteFacts } from '../contract/facts.ts'
import type { Pace } from '../contract/pace.ts'
import { Ready } from '../contract/ready.ts'
import { isPromise, type Refusal, type Verdict } from '../contract/verdict.ts'
import type { Path } from '../policy/path.ts'
import { order, own, skippable } from './order.ts'

/** One route of the policy, ready to run: flat lists of steps and ready header strings. */
export interface CompiledRoute extends RouteFacts {
  readonly arrive: readonly Decide[]
  readonly route: readonly Decide[]
  /** The same for a preflight that the route it asks about has let pass. */
  readonly preflighted: readonly Decide[]
  /** Empty where nobody has to be recognised. */
  readonly identification: readonly Decide[]
  /** Empty where nothing has to be known before the handler but the head. */
  readonly read: readonly Decide[]
  readonly leave: readonly Leave[]
  readonly ready: Ready
  readonly strip: readonly string[]
  /** The step that answers preflights, kept apart: it runs under the route that the preflight asks about. */
  readonly preflight: readonly Decide[]
  /** Undefined where a request may take for ever. */
  readonly pace: Pace | undefined
  readonly identify: NonNullable<Compiled['identify']>
  readonly classify: NonNullable<Compiled['classify']>
  readonly render: NonNullable<Compiled['render']>
  /** What it was made of, for what joins it later. */
  readonly sections: Sections
  readonly parts: Parts
}

/** What each defence's options have become, by its name. */
export type Parts = ReadonlyMap<string, Compiled>

/** Options of every defence for one route, by the defence's name. */
export type Sections = Readonly<Record<string, unknown>>

/** What a compiler holds for all routes; `build` gives the part that depends on section and route. */
export interface Compiler {
  readonly defences: readonly Defence<unknown>[]
  readonly build: (section: string, route: string, at: Path, inline?: string) => Build
  readonly observed: (facts: Facts, refusal: Refusal) => void
  /** Says which defences the code's own `skip` leaves out for a request. */
  readonly skips: ((facts: Facts) => readonly string[]) | undefined
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
  const reads = readingOf(parts.values())
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
    identification: steps(compiler, parts, order.identify),
    read: steps(
      compiler,
      parts,
      order.read.filter((name) => !isReading(name) || name === reads),
    ),
    preflight: steps(compiler, parts, [PREFLIGHT]),
    sections,
    parts,
    ...compileAnswer(parts),
  }
}

type AnswerParts = Pick<CompiledRoute, 'leave' | 'ready' | 'strip' | 'pace' | 'identify' | 'classify' | 'render'>

/** The part of a route that answers: what leaves, in the order's own order, how problems are told, and by when. */
export function compileAnswer(parts: Parts): AnswerParts {
  const { identify, classify, render } = parts.get('errors') as Compiled
  if (!identify || !classify || !render)
    throw new TypeError('the errors defence has to give identify, classify and render')
  const leaving = order.leave.flatMap((name) => parts.get(name) ?? [])
  return {
    leave: leaving.flatMap((part) => part.leave ?? []),
    ready: new Ready(unique(leaving.flatMap((part) => part.headers ?? []))),
    strip: leaving.flatMap((part) => part.strip ?? []),
    pace: parts.get('deadline')?.pace,
    identify,
    classify,
    render,
  }
}

/** The first of a name. */
function unique(headers: readonly ReadyHeader[]): ReadyHeader[] {
  return headers.filter(({ lower }, at) => headers.findIndex((each) => each.lower === lower) === at)
}

const PREFLIGHT = 'cors.preflight'
const READ_BODY = 'size.body'
export const PEEK_BODY = 'size.peek'

/** The step by which what is compiled gets the body it needs; undefined where it needs none. */
export function readingOf(parts: Iterable<Compiled>): string | undefined {
  let reading: string | undefined
  for (const { readsBody, observe } of parts) {
    if (readsBody) reading = observe && reading !== READ_BODY ? PEEK_BODY : READ_BODY
  }
  return reading
}

export function isReading(name: string): boolean {
  return name === READ_BODY || name === PEEK_BODY
}

export function steps(compiler: Compiler, parts: Parts, names: readonly string[]): Decide[] {
  return names.flatMap((name) => own[name] ?? step(compiler, parts, name) ?? [])
}

function step(compiler: Compiler, parts: Parts, name: string): Decide | undefined {
  const defence = defenceOf(name)
  const part = parts.get(defence)
  const decide = part?.steps?.[name]
  if (!decide) return undefined
  const { skips } = compiler
  const held = part.observe ? watched(decide, compiler.observed) : decide
  // Whoever else needs the body needs it still.
  if (!skips || isReading(name) || !(skippable as readonly string[]).includes(defence)) return held
  return (facts) => {
    facts.skipped ??= skips(facts)
    return facts.skipped.includes(defence) ? undefined : held(facts)
  }
}

/** The defence that gives a step of the order. */
export function defenceOf(step: string): string {
  return step.split('.', 1)[0] as string
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
