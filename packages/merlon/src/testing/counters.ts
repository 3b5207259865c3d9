import type { Counters, Limit, LimitSet, Reading, Subject } from '../contract/counters.ts'
import type { MaybePromise } from '../contract/verdict.ts'
import { memoryCounters } from '../stores/memory/index.ts'

/**
 * What limits do in a test: `off` counts nothing and admits everybody, and answers still tell of the limits; `enforce`
 * does what the policy says; `{ times: 10 }` admits ten times as many.
 */
export type LimitsUnderTest = 'off' | 'enforce' | { readonly times: number }

/** Counters of a test: those of the memory, and a switch in front of them. */
export class TestCounters implements Counters {
  readonly shared = false
  readonly #memory = memoryCounters()
  limits: LimitsUnderTest

  constructor(limits: LimitsUnderTest) {
    this.limits = limits
  }

  prepare(limits: readonly Limit[]): LimitSet {
    const sets = new Map<number, LimitSet>()
    const setFor = (times: number) => {
      const set = sets.get(times) ?? this.#memory.prepare(limits.map((limit) => scaled(limit, times)))
      sets.set(times, set)
      return set
    }
    const charge = (subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<Reading[]> => {
      if (this.limits === 'off') return limits.map(untouched)
      const times = this.limits === 'enforce' ? 1 : this.limits.times
      return setFor(times).charge(subjects, costs, nowMs)
    }
    return { charge }
  }

  reset(): void {
    this.#memory.reset()
  }
}

/** @throws RangeError where it is none of them */
export function checkLimits(limits: LimitsUnderTest): LimitsUnderTest {
  if (limits === 'off' || limits === 'enforce') return limits
  const { times } = limits ?? {}
  if (Number.isSafeInteger(times) && times >= 1 && times <= 1_000_000) return limits
  throw new RangeError(`testing: expected limits "off", "enforce" or { times: 10 }, got ${JSON.stringify(limits)}`)
}

function untouched(limit: Limit): Reading {
  return { limit, admits: true, remaining: limit.burst, nextMs: 0, retryMs: 0, resetMs: 0 }
}

function scaled(limit: Limit, times: number): Limit {
  return times === 1 ? limit : { ...limit, quota: limit.quota * times, burst: limit.burst * times }
}
