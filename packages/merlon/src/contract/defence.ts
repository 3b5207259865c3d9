import type { ZodMiniType } from 'zod/mini'
import type { Answer } from './answer.ts'
import type { Recount } from './charged.ts'
import type { Counters, Limit } from './counters.ts'
import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'
import type { Log } from './log.ts'
import type { Pace } from './pace.ts'
import type { Platform } from './platform.ts'
import type { Secret, SecretName } from './secret.ts'
import type { HeaderList, MaybePromise, Refusal, Verdict } from './verdict.ts'

/** One step of the order for one route: facts in, verdict out. */
export type Decide = (facts: Facts) => MaybePromise<Verdict>

/** What a defence does to every answer, refusals included. */
export type Leave = (facts: Facts, answer: Answer) => void

/** A header whose value is known at the start. `suggest` yields to the handler's own, `set` does not. */
export interface ReadyHeader {
  readonly name: string
  readonly lower: string
  readonly value: string
  readonly mode: 'suggest' | 'set'
}

/** What a defence's options become for one route. A step that has nothing to do there is left out. */
export interface Compiled {
  readonly steps?: Readonly<Record<string, Decide | undefined>>
  readonly leave?: Leave | undefined
  readonly headers?: readonly ReadyHeader[]
  /** Names of headers, in lower case, that never leave. */
  readonly strip?: readonly string[]
  /** Whether the guard has to read the body before the handler runs. */
  readonly readsBody?: boolean
  /** The steps are run and their refusals reported, but nothing is refused. */
  readonly observe?: boolean
  /** `limits` alone: what it counts, for operators. */
  readonly limits?: readonly Limit[]
  /** `deadline` alone: how long each part of a request may take; nothing where it may take for ever. */
  readonly pace?: Pace
  /** `limits` alone: what a handler may change of what its request was charged. */
  readonly recount?: Recount
  /** `errors` alone: the id of a request; called once a request, at the first need. */
  readonly identify?: (facts: Facts) => string
  /** `errors` alone: what the client may learn of something that was thrown. */
  readonly classify?: (error: unknown) => Refusal
  /** `errors` alone: a refusal as a response. `error` is what was thrown, where something was. */
  readonly render?: (facts: Facts, refusal: Refusal, requestId: string, error: unknown) => Rendered
}

/** A refusal, ready to be sent. */
export interface Rendered {
  readonly status: number
  readonly headers: HeaderList
  readonly body: string
}

/** What a defence is given when a policy is compiled. No I/O, no randomness, no timer happens here. */
export interface Build {
  readonly environment: string
  readonly production: boolean
  readonly platform: Platform
  readonly counters: Counters
  /** How many processes count, where the policy says so. */
  readonly instances?: number | undefined
  /** What says that others run beside this process, which its memory knows nothing of: `WEB_CONCURRENCY=4`. */
  readonly siblings?: string | undefined
  readonly log: Log
  /** A secret of the policy; undefined where it has none of this name, and no root. */
  secret(name: SecretName): Secret | undefined
  /** `POST /auth/login`; `*` for what the policy says of every route. */
  readonly route: string
  /** The key of an inline route whose options have joined: its own steps are asked for, the others have been run. */
  readonly inline?: string | undefined
  /** What the policy calls the header of the request's id. Default `X-Request-Id`. */
  readonly requestIdHeader?: string | undefined
  /** Whether the host's own router has taken parameters from the path before an inline route acts. */
  readonly routed?: boolean | undefined
  /** Reports what a limit in `observe` would have refused. */
  observed(facts: Facts, refusal: Refusal): void
  /**
   * What is bound to the name that stands at the path within the section. Undefined where nothing is, which is reported
   * as a mistake of the policy.
   */
  code(path: readonly (string | number)[], name: string): unknown
  /** Reports a mistake that only shows once `${ENV}` is resolved; the path is within the section. */
  mistake(path: readonly (string | number)[], expected: string): void
}

/** How a section of the policy is read. */
export interface Section<C> {
  /**
   * From the desugared written object to the canonical one: units turned to numbers, defaults filled. Built when it is
   * first asked for, and then kept: building all of them would be most of a start.
   */
  schema(): ZodMiniType<C>
  /** Turns a shorthand (`cors: off`, `size: 1mb`) into the object that it stands for; passes all else on untouched. */
  desugar(written: unknown, scope: 'policy' | 'route'): unknown
  /** Keys that a route may set: all of them, none, or these. */
  readonly inRoute: 'all' | 'none' | readonly string[]
  /**
   * For a path that a route matches only folded (`/Admin/` for `/admin`): what the route tightens stands, what it
   * loosens does not.
   */
  fold(base: C, route: C): C
  /**
   * Marks what a route's section has beside the policy's as that route's own, `POST /auth/login`: so it stays known
   * whose it is, also where sections of two routes are folded into one. Left out where nothing has an owner.
   */
  claim?(base: C, route: C, key: string): C
  /** There where an inline route may have the section: what comes after the policy's own steps can only add to them. */
  readonly late?: Late<C>
}

/** How a section is read that is written in an inline route, and how it joins what has acted already. */
export interface Late<C> {
  /** What lies under what is written there, in the form that shorthands stand for: it tightens nothing by itself. */
  readonly under: Readonly<Record<string, unknown>>
  /** What comes too late, of what is written in that same form; the paths are within the section. */
  tooLate(desugared: Readonly<Record<string, unknown>>): readonly TooLate[]
  /** What comes too late for the defence by itself as well, if anything does. */
  alone?(desugared: Readonly<Record<string, unknown>>): readonly TooLate[]
  /** `base` is undefined where nothing of the defence has acted. `key` says whose the added options are. */
  join(base: C | undefined, inline: C, key: string): C
}

export interface TooLate {
  readonly path: readonly (string | number)[]
  /** A phrase that follows the word "expected". */
  readonly expected: string
}

export interface Defence<C> {
  readonly name: string
  readonly section: Section<C>
  /** The steps of the order that it may give, by their names there. */
  readonly steps: readonly string[]
  compile(options: C, build: Build): Compiled
  /**
   * Weak settings, as findings; the paths are within the section. `scope` says whose options they are: what is weak for
   * every route may be right for one. Left out, it is the policy. `key` names the route, `POST /auth/login`. `policy`
   * has all canonical sections, for what is weak only beside another one.
   */
  check(
    options: C,
    production: boolean,
    scope?: 'policy' | 'route',
    key?: string,
    policy?: Readonly<Record<string, unknown>>,
  ): readonly Finding[]
}
