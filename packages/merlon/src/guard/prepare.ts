import type { Counters, StoreEvent } from '../contract/counters.ts'
import type { Build } from '../contract/defence.ts'
import type { Facts } from '../contract/facts.ts'
import type { Finding } from '../contract/finding.ts'
import type { Log } from '../contract/log.ts'
import type { Platform } from '../contract/platform.ts'
import type { Refusal } from '../contract/verdict.ts'
import { asPolicy, type Policy } from '../policy/define.ts'
import { environmentOf, isProduction } from '../policy/environment.ts'
import { formatMistake, type Mistake, PolicyError } from '../policy/mistake.ts'
import { resolveReferences } from '../policy/references.ts'
import { Binding } from './binding.ts'
import type { Compiler } from './compile.ts'
import { defaults } from './expand/defaults.generated.ts'
import { type CanonicalPolicy, expandPolicy } from './expand/index.ts'
import type { WrittenPolicy } from './expand/written.ts'
import type { Guard } from './guard.ts'
import { compileSkip, type OnRefuse, type Skip } from './hooks.ts'
import { defences } from './order.ts'
import { type Instances, type Secrets, WRITE } from './settings/options.ts'
import { SECRET } from './settings/secret-text.ts'
import { openSecrets } from './settings/secrets.ts'
import { checkSiblings, siblingsOf } from './siblings.ts'
import { environmentUnderTest, refuseInProduction, type TestSetup, testSetup, underClock } from './test-setup.ts'

/** What every host's `merlon(policy, options)` takes. */
export interface GuardOptions {
  /** Where limits count. Default: in this process. */
  readonly counters?: Counters
  /**
   * What the policy uses by name: `{ NewUser }` for `{ use: 'NewUser' }`. A name that is not bound is a mistake of the
   * policy. `false` where policies come from files and there is no program to bind anything: one that needs code does
   * not start.
   */
  readonly code?: Readonly<Record<string, unknown>> | false
  /** A pino-compatible logger. Default: lines of JSON on stderr, or on the console where there is none. */
  readonly log?: Log
  /** What `${NAME}` in the policy stands for, and where the environment's name is read. Default: the process' own. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /**
   * Lets requests off: true for `limits`, `size` and `cors`, or a list of these names. Called once a request, and at
   * once: what it promises lets nobody off. Default: nobody is let off.
   */
  readonly skip?: Skip
  /** Sees each refusal before it goes out, and may give other words for it. Default: they go out as they are. */
  readonly onRefuse?: OnRefuse
  readonly [testSetup]?: TestSetup
}

/** What a host brings along. */
export interface Host {
  readonly platform: Platform
  readonly log: Log
  readonly counters: () => Counters
  readonly env: () => Readonly<Record<string, string | undefined>>
  /** The text of a file, where the host can read files: of a secret. */
  readonly readFile?: (path: string) => string
  /** Whether its own router has taken parameters from the path before an inline route acts. */
  readonly routed?: boolean
  /** Whether this process is one of several that serve together, where the host can tell. */
  readonly forked?: () => boolean
}

/** The part of the canonical `errors` that says how answers name their request. */
interface NamesRequestId {
  readonly requestId?: { readonly header?: string }
}

/** The function that the user called: mistakes of a policy written in place name the line of that call. */
export type Above = (...given: never[]) => unknown

export type PolicyInput = WrittenPolicy | Policy

/** A policy read, and all that it is compiled with. */
export interface Prepared {
  readonly resolved: CanonicalPolicy
  readonly production: boolean
  readonly platform: Platform
  readonly log: Log
  readonly compiler: Compiler
  readonly setup: TestSetup | undefined
  readonly binding: Binding
  readonly counters: Counters
  /** What the process is weak for. */
  readonly weak: readonly Finding[]
  /** Where the policy was written. */
  readonly policy: Policy
  /** What observed sections and stores report to. */
  attach(guard: Guard): void
  /** Reads what is read from files, and has the store connect. */
  ready(): Promise<void>
  /** Has the store end what it began. */
  close(): Promise<void>
  /** @throws PolicyError with the mistakes that showed while it was compiled */
  conclude(): void
}

/** @throws PolicyError with every mistake of the policy */
export function prepare(given: PolicyInput, options: GuardOptions, host: Host, above: Above): Prepared {
  const setup = options[testSetup]
  const env = options.env ?? host.env()
  const policy = asPolicy(given, above)
  const { canonical, mistakes, mistake } = expandPolicy(policy, {
    environment: setup ? environmentUnderTest(env) : environmentOf(env),
    defences,
    defaults,
  })
  if (!canonical) throw new PolicyError(mistakes)
  const { resolved, mistakes: unresolved } = resolveReferences(canonical, env, mistake)
  if (unresolved.length > 0) throw new PolicyError(unresolved)

  const { environment } = resolved
  const production = isProduction(environment)
  if (setup) refuseInProduction(setup, production)
  const platform = setup ? underClock(host.platform, setup) : host.platform
  const log = options.log ?? host.log
  const counters = setup?.counters ?? options.counters ?? host.counters()
  const binding = new Binding(policy, options.code)
  // A route holds what it inherits once more, which is one mistake still.
  const late = new Map<string, Mistake>()
  const tell = (found: Mistake) => late.set(formatMistake(found), found)
  const requestIdHeader = (resolved['errors'] as NamesRequestId | undefined)?.requestId?.header
  let guard: Guard | undefined
  const secrets = openSecrets(resolved['secrets'] as Secrets, { platform, readFile: host.readFile }, (path, expected) =>
    tell(mistake(['secrets', ...path], expected)),
  )
  const subjects = secrets.find('subjects')
  if (counters.needsSecret && subjects === undefined) {
    const why = `a secret, which the counters "${counters.name}" hash the subjects of limits with: ${SECRET}`
    tell(mistake(['secrets'], why, `write: ${WRITE}`))
  }
  const instances = (resolved['instances'] as Instances) ?? undefined
  const siblings = setup ? undefined : siblingsOf(env, host.forked)
  counters.attach?.({
    instances,
    wall: () => platform.wall(),
    // A getter: what stands in a file is read when the store first needs it. With a mistake nothing is started anyway.
    get secret() {
      return late.size > 0 ? undefined : subjects?.key
    },
    tell: (event: StoreEvent) => guard?.stored(event),
  })
  const observed = (facts: Facts, refusal: Refusal) => guard?.observed(facts, refusal)
  return {
    // Without the secrets themselves: nobody else needs them.
    resolved: { ...resolved, secrets: canonical['secrets'] },
    production,
    platform,
    log,
    setup,
    policy,
    binding,
    counters,
    weak: checkSiblings({ counters, instances, siblings, limits: resolved['limits'] }),
    compiler: {
      defences,
      observed,
      skips: compileSkip(options.skip, log),
      build: (section, route, at, inline): Build => ({
        environment,
        production,
        platform,
        counters,
        instances,
        siblings,
        log,
        secret: (name) => secrets.find(name),
        route,
        inline,
        routed: host.routed,
        requestIdHeader,
        observed,
        code: (path, name) => {
          const fault = binding.fault(name)
          if (fault) tell(mistake([...at, section, ...path], fault.expected, fault.suggestion))
          return binding.find(name)
        },
        mistake: (path, expected) => tell(mistake([...at, section, ...path], expected)),
      }),
    },
    attach: (built) => {
      guard = built
    },
    ready: async () => {
      secrets.open()
      await counters.ready?.()
    },
    close: async () => counters.close?.(),
    conclude: () => {
      if (late.size > 0) throw new PolicyError([...late.values()])
    },
  }
}
