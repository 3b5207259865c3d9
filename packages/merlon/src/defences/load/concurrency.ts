import { type ConcurrencyLimit, type Lease, Subject } from '../../contract/counters.ts'
import type { Build, Decide } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import { clientSubject, principalSubject } from '../../contract/subject.ts'
import { isPromise, refuse, type Verdict } from '../../contract/verdict.ts'
import { Adaptive } from './adaptive.ts'
import type { Concurrency, Load, Priority } from './options.ts'
import { sharedBy } from './per-store.ts'
import { type Refuse, retryAfter } from './refusal.ts'

/** How much of all places each priority may take. */
const SHARE: Readonly<Record<Priority, number>> = { critical: 1, high: 1, normal: 0.9, low: 0.5 }

/** All requests together. */
const everybody = new Subject('*', undefined)

/** The parts of `load.concurrency`: the step, and what it has to hear of answers. */
export interface Places {
  readonly decide: Decide
  /** Tells how long the answer took to begin. */
  readonly leave: ((facts: Facts) => void) | undefined
}

/**
 * A request takes its place when it has come past everything that costs little, and gives it back when its answer is
 * out, whatever became of it.
 */
export function compileConcurrency(
  { concurrency, priority }: Load,
  build: Build,
  refuseOr: Refuse,
): Places | undefined {
  if (concurrency === 'off') return undefined
  const { counters, platform } = build
  const adaptive =
    concurrency.all === 'adaptive'
      ? sharedBy(counters, `load.adaptive@${concurrency.of}`, () => new Adaptive())
      : undefined
  const limits = limitsOf(concurrency, priority)
  const set = limits.length > 0 ? counters.prepareLeases(limits) : undefined
  const byClient = concurrency.client !== 'off'
  const subjectsOf = (facts: Facts): Subject[] => {
    const subjects = byClient ? [facts.principal ? principalSubject(facts.principal) : clientSubject(facts.client)] : []
    if (subjects.length < limits.length) subjects.push(everybody)
    return subjects
  }

  const decide: Decide = (facts) => {
    const refusal = adaptive === undefined ? undefined : enter(adaptive, facts)
    if (refusal !== undefined || set === undefined) return refusal
    const lease = set.acquire(subjectsOf(facts), platform.now())
    return isPromise(lease) ? lease.then((late) => hold(facts, late)) : hold(facts, lease)
  }

  function hold(facts: Facts, lease: Lease): Verdict {
    if (lease.refusedBy === undefined) {
      facts.whenOver(() => lease.release())
      return undefined
    }
    // Who may never be turned away goes on without a place.
    if (priority === 'critical') return undefined
    const { name, most } = lease.refusedBy
    const reason = `load: ${most} requests at once, of ${name}`
    const code = name === 'client' ? 'too-many-at-once' : 'overloaded'
    return refuseOr(facts, refuse(code, { reason, headers: ['Retry-After', name === 'client' ? '1' : retryAfter()] }))
  }

  function enter(all: Adaptive, facts: Facts): Verdict {
    if (priority === 'critical') all.force()
    else if (!all.take(SHARE[priority])) {
      const reason = `load: ${all.limit} requests at once are as many as are answered in time`
      return refuseOr(facts, refuse('overloaded', { reason, headers: ['Retry-After', retryAfter()] }))
    }
    facts.admittedMs = platform.now()
    facts.whenOver(() => all.give())
    return undefined
  }

  const leave =
    adaptive &&
    ((facts: Facts) => {
      if (facts.admittedMs === 0 || facts.refusal !== undefined) return
      const nowMs = platform.now()
      adaptive.sample(nowMs - facts.admittedMs, nowMs)
    })
  return { decide, leave }
}

function limitsOf({ client, all, leaseMs, of }: Concurrency, priority: Priority): ConcurrencyLimit[] {
  const at = of === '*' ? '' : `@${of}`
  const limits: ConcurrencyLimit[] = []
  if (client !== 'off')
    limits.push({ id: `load.client${at}`, name: 'client', most: client, leaseMs, onFailure: 'local' })
  if (typeof all === 'number') {
    const most = Math.max(1, Math.floor(all * SHARE[priority]))
    limits.push({ id: `load.all${at}`, name: 'all', most, leaseMs, onFailure: 'local' })
  }
  return limits
}
