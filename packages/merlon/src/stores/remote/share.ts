import type { Limit, OnFailure } from '../../contract/counters.ts'
import { compileGcra, type Gcra } from '../../contract/gcra.ts'

/** What one process may admit by itself while the store does not answer. */
export interface Share {
  /** How it decides: as the limit says, but where that would be dangerous. */
  readonly mode: OnFailure
  readonly gcra: Gcra
  /** The limit's own units that one unit of the share stands for: the number of processes. */
  readonly instances: number
}

/** Where nobody knows how many count: the share is a quarter. */
const UNKNOWN_INSTANCES = 4

const TICKS_PER_MS = 1000

/**
 * The share of one of so many processes. Of `gcra` each takes the Nth part of burst and rate, so that all together
 * never admit more than the limit does. Of the other algorithms each takes ⌊quota/N⌋, its part of N, and holds it by a
 * bucket that is stricter than they are: B at once and one more every W/(n-B+1) is at most n in any W.
 *
 * An attacker who stops the store must not gain guesses by it: sign-ins are closed where the number of processes is not
 * known, or is larger than what they may admit, and are never open.
 */
export function shareOf(limit: Limit, instances: number | undefined): Share {
  const parts = instances ?? UNKNOWN_INSTANCES
  const whole = Math.floor(limit.quota / parts)
  const unsafe = limit.authentication === true && (instances === undefined || whole === 0)
  const written = limit.onFailure ?? 'local'
  const asked = written === 'open' && limit.authentication === true ? 'local' : written
  return { mode: unsafe ? 'closed' : asked, gcra: gcraOf(limit, parts, Math.max(1, whole)), instances: parts }
}

function gcraOf(limit: Limit, parts: number, whole: number): Gcra {
  if (limit.algorithm === 'gcra') {
    const { ticksPerMs, interval } = compileGcra(limit.quota, limit.windowMs, limit.burst)
    const burst = Math.max(1, Math.floor(limit.burst / parts))
    const capacity = interval * parts * burst
    return { ticksPerMs, interval: interval * parts, capacity, most: capacity + interval * limit.quota }
  }
  const burst = Math.ceil((whole + 1) / 2)
  // The same ticks for every number of processes, since times are kept when that changes.
  const interval = Math.ceil((limit.windowMs * TICKS_PER_MS) / (whole - burst + 1))
  const capacity = interval * burst
  return { ticksPerMs: TICKS_PER_MS, interval, capacity, most: capacity + limit.windowMs * TICKS_PER_MS }
}
