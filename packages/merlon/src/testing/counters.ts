import type {
  Ban,
  ConcurrencyLimit,
  Counters,
  Lease,
  LeaseSet,
  Limit,
  LimitSet,
  Overrides,
  Reading,
  Subject,
} from '../contract/counters.ts'
import { MOST_STRICT } from '../contract/strict.ts'
import type { MaybePromise } from '../contract/verdict.ts'
import { type MemoryCounters, memoryCounters } from '../stores/memory/index.ts'

/**
 * What limits do in a test: `off` counts nothing and admits everybody, and answers still tell of the limits; `enforce`
 * does what the policy says; `{ times: 10 }` admits ten times as many.
 */
export type LimitsUnderTest = 'off' | 'enforce' | { readonly times: number }

/** Counters of a test: those of the memory, and a switch in front of them. */
export class TestCounters implements Counters {
  readonly name = 'memory'
  readonly shared = false
  readonly atomic = true
  readonly needsSecret = false
  readonly #memory: MemoryCounters
  limits: LimitsUnderTest

  constructor(limits: LimitsUnderTest, wall: () => number) {
    this.limits = limits
    this.#memory = memoryCounters({ wall })
  }

  get overrides(): Overrides {
    return this.#memory.overrides
  }

  prepare(limits: readonly Limit[]): LimitSet {
    const sets = new Map<number, LimitSet>()
    const enforced = (): LimitSet => {
      const times = typeof this.limits === 'object' ? this.limits.times : 1
      const set = sets.get(times) ?? this.#memory.prepare(limits.map((limit) => scaled(limit, times)))
      sets.set(times, set)
      return set
    }
    const off = () => this.limits === 'off'
    const untouchedAll = () => limits.map(untouched)
    return {
      charge: (...given) => (off() ? untouchedAll() : enforced().charge(...given)),
      reserve: (...given) => (off() ? { readings: untouchedAll(), refund: () => {} } : enforced().reserve(...given)),
      debit: (...given) => (off() ? undefined : enforced().debit(...given)),
      read: (...given) => (off() ? untouchedAll() : enforced().read(...given)),
      forget: (...given) => enforced().forget(...given),
      remember: (...given) => (off() ? undefined : enforced().remember(...given)),
    }
  }

  prepareLeases(limits: readonly ConcurrencyLimit[]): LeaseSet {
    const sets = new Map<number, LeaseSet>()
    return {
      acquire: (...given) => {
        if (this.limits === 'off') return free
        const times = this.limits === 'enforce' ? 1 : this.limits.times
        const set =
          sets.get(times) ?? this.#memory.prepareLeases(limits.map((limit) => ({ ...limit, most: limit.most * times })))
        sets.set(times, set)
        return set.acquire(...given)
      },
    }
  }

  bans(): MaybePromise<readonly Ban[]> {
    return this.#memory.bans()
  }

  ban(limit: Limit, subject: Subject, forMs: number): MaybePromise<void> {
    return this.#memory.ban(limit, subject, forMs)
  }

  unban(limit: Limit, subject: Subject): MaybePromise<void> {
    return this.#memory.unban(limit, subject)
  }

  reset(): void {
    this.#memory.reset()
  }
}

const free: Lease = { refusedBy: undefined, release: () => {} }

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

/** A strict window that would keep too many times slides instead: it admits as many at once. */
function scaled(limit: Limit, times: number): Limit {
  if (times === 1) return limit
  const { algorithm, penalty } = limit
  const quota = limit.quota * times
  return {
    ...limit,
    quota,
    burst: limit.burst * times,
    algorithm: algorithm === 'strict' && quota > MOST_STRICT ? 'sliding-window' : algorithm,
    penalty: penalty && { ...penalty, after: penalty.after * times },
  }
}
