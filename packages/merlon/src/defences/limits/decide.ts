import type { Limit } from '../../contract/counters.ts'
import type { Build, Compiled, Leave } from '../../contract/defence.ts'
import { Counted } from './counted.ts'
import { Devices } from './device.ts'
import { effectiveMode } from './fold.ts'
import { type NamedLimit, nameApart } from './names.ts'
import type { LimitsOptions, Mode } from './options.ts'
import { OverrideBook } from './overrides.ts'
import { Partitions } from './partition.ts'
import { penaltyLimit } from './penalty.ts'
import { Phase } from './phase.ts'
import { Plan } from './plan.ts'
import { HeaderTexts, writeHeaders } from './ratelimit-header.ts'
import { compileRecount } from './recount.ts'
import type { SubjectOf } from './request.ts'
import { countsBody, STEPS, type Step, stepOf } from './stands.ts'
import { compileStep } from './step.ts'
import { checkStore } from './store.ts'

/** Ids of observed limits: they never share a counter with one that refuses. */
const OBSERVED = 'observed '

export function compileLimits(options: LimitsOptions, build: Build): Compiled {
  const limits = nameApart(options.limits)
  const charged = (each: { readonly of: string }) => build.inline === undefined || each.of === build.inline
  const having = (mode: Mode) => limits.filter((each) => effectiveMode(options.mode, each.mode) === mode)
  const enforced = having('enforce')
  const observed = having('observe')
  checkStore(enforced.filter(charged), build)
  const penalties = options.mode === 'enforce' ? (options.penalties ?? []).filter(charged) : []
  const bans = new Map(penalties.map((each) => [penaltyLimit(each).id, each.status]))
  const skips = skipsOf(options, build.route)
  const partitions = options.partition ? new Partitions(build) : undefined
  const known: Limit[] = penalties.map(penaltyLimit)
  const phaseOf = compilePhases(build, known, partitions)
  const step = (name: Step) => {
    const here = (each: NamedLimit) => charged(each) && stepOf(each) === name
    const now = enforced.filter(here)
    return compileStep(
      {
        phase: now.length > 0 ? phaseOf(now, '', penalties) : undefined,
        watched: observed.filter(here).map((each) => phaseOf([each], OBSERVED, [])),
        skips,
        bans,
      },
      build,
    )
  }
  const leave = compileLeave(enforced, observed, options, partitions)
  return {
    steps: Object.fromEntries(STEPS.map((name) => [name, step(name)])),
    limits: known,
    readsBody: [...enforced, ...observed].some((each) => charged(each) && countsBody(each)),
    ...(enforced.length > 0 && {
      recount: compileRecount(enforced, (each) => phaseOf([each], '', []), build.platform.now),
    }),
    ...(leave && { leave }),
  }
}

type Phases = (
  limits: readonly NamedLimit[],
  prefix: string,
  penalties: NonNullable<LimitsOptions['penalties']>,
) => Phase

/** @param known gets every limit that is counted */
function compilePhases(build: Build, known: Limit[], partitions: Partitions | undefined): Phases {
  const { counters, platform, instances = 1 } = build
  const share = counters.shared ? 1 : instances
  const context = { share, wall: () => platform.wall(), overrides: OverrideBook.over(counters) }
  const device = build.secret('device')
  const planOf = (limit: NamedLimit, prefix: string) => {
    const code = (name: string, at: number): SubjectOf | undefined => {
      const path = limit.by.length === 1 ? [limit.name, 'by', 'use'] : [limit.name, 'by', at, 'use']
      const found = build.code(path, name)
      if (found === undefined || typeof found === 'function') return found as SubjectOf | undefined
      build.mistake(path, 'a function that says whom a request counts for')
      return undefined
    }
    const { by, knownMs } = limit
    const devices = device && knownMs !== undefined ? new Devices(device, platform, knownMs) : undefined
    const counted = new Counted(by, { knows: knownMs !== undefined, devices, code })
    const plan = new Plan(limit, counted, { ...context, prefix })
    known.push(...plan.limits)
    return plan
  }
  const now = () => platform.now()
  return (limits, prefix, penalties) =>
    new Phase({ plans: limits.map((each) => planOf(each, prefix)), penalties, counters, now, partitions })
}

/** The paths to leave uncounted, where the route can have one of them. A route with limits of its own means them. */
function skipsOf({ skip, limits }: LimitsOptions, route: string): ReadonlySet<string> | undefined {
  if (skip.length === 0 || limits.some(({ of }) => of !== '*')) return undefined
  const pattern = route.slice(route.indexOf(' ') + 1)
  const varies = /[:*]/.test(pattern)
  return varies || skip.includes(pattern) ? new Set(skip) : undefined
}

/** Settles what depends on the outcome, and tells of limits. */
function compileLeave(
  enforced: readonly NamedLimit[],
  observed: readonly NamedLimit[],
  { headers }: LimitsOptions,
  partitions: Partitions | undefined,
): Leave | undefined {
  const settles = [...enforced, ...observed].some(({ counts, cost }) => counts !== undefined || cost === 'bytes')
  const tells = enforced.length > 0 && headers !== 'off'
  if (!settles && !tells) return undefined
  const texts = new HeaderTexts(enforced, partitions)
  return (facts, answer) => {
    if (settles && facts.charges !== undefined) {
      for (const each of facts.charges) each.settle(facts, answer)
    }
    if (tells && facts.readings !== undefined) writeHeaders(answer, headers, texts, facts.readings)
  }
}
