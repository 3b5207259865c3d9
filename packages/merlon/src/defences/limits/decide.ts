import type { Reading } from '../../contract/counters.ts'
import type { Build, Compiled, Decide, Leave } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import { isPromise, type MaybePromise, type Refusal, refuse, type Verdict } from '../../contract/verdict.ts'
import { effectiveMode } from './fold.ts'
import { type NamedLimit, nameApart } from './names.ts'
import type { LimitOptions, LimitsOptions, Mode } from './options.ts'
import { Phase } from './phase.ts'
import { policyText, retryAfter, writeHeaders } from './ratelimit-header.ts'
import type { Missing } from './subject.ts'

/** Ids of observed limits: they never share a counter with one that refuses. */
const OBSERVED = 'observed '

/**
 * Where a limit stands follows from what it counts by: `limits.address` knows the client alone, and turns it away
 * before anything of the body is read; `limits.body` has the body too. A charge of the first stands when the second
 * refuses, or guessing would be free.
 */
export function compileLimits(options: LimitsOptions, build: Build): Compiled {
  const limits = nameApart(options.limits)
  const having = (mode: Mode) => limits.filter((each) => effectiveMode(options.mode, each.mode) === mode)
  const enforced = having('enforce')
  const observed = having('observe')
  const skips = skipsOf(options, build.route)
  const charged = (each: NamedLimit) => build.inline === undefined || each.of === build.inline
  const step = (needsBody: boolean) =>
    compileStep(
      enforced.filter((each) => charged(each) && countsBody(each) === needsBody),
      observed.filter((each) => charged(each) && countsBody(each) === needsBody),
      skips,
      build,
    )
  const leave = compileLeave(enforced, options)
  return {
    steps: { 'limits.address': step(false), 'limits.body': step(true) },
    readsBody: [...enforced, ...observed].some((each) => charged(each) && countsBody(each)),
    ...(leave && { leave }),
  }
}

export function countsBody({ by }: LimitOptions): boolean {
  return by.some((each) => each.kind === 'body')
}

/** The paths to leave uncounted, where the route can have one of them. A route with limits of its own means them. */
function skipsOf({ skip, limits }: LimitsOptions, route: string): ReadonlySet<string> | undefined {
  if (skip.length === 0 || limits.some(({ of }) => of !== '*')) return undefined
  const pattern = route.slice(route.indexOf(' ') + 1)
  const varies = /[:*]/.test(pattern)
  return varies || skip.includes(pattern) ? new Set(skip) : undefined
}

function compileStep(
  enforced: readonly NamedLimit[],
  observed: readonly NamedLimit[],
  skips: ReadonlySet<string> | undefined,
  { counters, platform, observed: report }: Build,
): Decide | undefined {
  if (enforced.length === 0 && observed.length === 0) return undefined
  const phase = enforced.length > 0 ? new Phase(enforced, '', counters) : undefined
  // Each by itself: what one of them would refuse says nothing of another.
  const watched = observed.map((each) => new Phase([each], OBSERVED, counters))

  function decide(facts: Facts): MaybePromise<Verdict> {
    if (skips?.has(facts.path) && (facts.method === 'GET' || facts.method === 'HEAD')) return undefined
    const nowMs = platform.now()
    const verdict = phase === undefined ? undefined : charge(phase, facts, nowMs)
    if (watched.length === 0) return verdict
    if (isPromise(verdict)) return verdict.then((late) => watch(facts, nowMs, late))
    return watch(facts, nowMs, verdict)
  }

  /** Counts on as if the observed limits held; what is refused already would not have come to them. */
  function watch(facts: Facts, nowMs: number, verdict: Verdict): Verdict {
    if (verdict !== undefined) return verdict
    for (const each of watched) {
      const readings = each.charge(facts, nowMs)
      // What the store cannot count is not observed, and no client has to know.
      if (isPromise(readings)) readings.then((late) => tell(facts, late), nothing)
      else tell(facts, readings)
    }
    return undefined
  }

  function tell(facts: Facts, readings: readonly Reading[] | Missing): void {
    const refusal = 'problem' in readings ? missing(readings) : judge(readings)
    if (refusal) report(facts, refusal)
  }

  return decide
}

function charge(phase: Phase, facts: Facts, nowMs: number): MaybePromise<Verdict> {
  const readings = phase.charge(facts, nowMs)
  if ('problem' in readings) return missing(readings)
  return isPromise(readings) ? readings.then((late) => conclude(facts, late)) : conclude(facts, readings)
}

/** Lays the readings down for the answer's headers. */
function conclude(facts: Facts, readings: Reading[]): Refusal | undefined {
  facts.readings = facts.readings === undefined ? readings : facts.readings.concat(readings)
  return judge(readings)
}

function judge(readings: readonly Reading[]): Refusal | undefined {
  for (let at = 0; at < readings.length; at++) if (!(readings[at] as Reading).admits) return limited(readings)
  return undefined
}

/** The answer names all limits that refused, in the member of the IETF draft's problem `quota-exceeded` (§5.1). */
function limited(readings: readonly Reading[]): Refusal {
  const refusing = readings.filter((each) => !each.admits).map(({ limit }) => limit)
  const seconds = retryAfter(readings)
  return refuse('rate-limited', {
    detail: `Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    reason: `limits: ${refusing.map(({ id }) => id).join(', ')}`,
    headers: ['Retry-After', String(seconds)],
    members: { 'violated-policies': refusing.map(({ name }) => name) },
  })
}

function nothing(): void {}

function missing({ field, problem }: Missing): Refusal {
  return refuse('subject-missing', { detail: `The field ${field} ${problem}.`, reason: `limits: ${field} ${problem}` })
}

function compileLeave(enforced: readonly NamedLimit[], { headers }: LimitsOptions): Leave | undefined {
  if (enforced.length === 0 || headers === 'off') return undefined
  const policy = policyText(enforced)
  return (facts, answer) => {
    if (facts.readings !== undefined) writeHeaders(answer, headers, policy, facts.readings)
  }
}
