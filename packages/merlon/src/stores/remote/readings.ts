import type { Limit, Reading } from '../../contract/counters.ts'
import { readPenalty } from '../../contract/penalty.ts'

/** When to try again where the store is away: it is asked more often than that. */
const AGAIN_MS = 1000

export function closedReading(limit: Limit): Reading {
  return {
    limit,
    admits: false,
    remaining: 0,
    nextMs: AGAIN_MS,
    retryMs: AGAIN_MS,
    resetMs: AGAIN_MS,
    degraded: 'closed',
  }
}

export function openReading(limit: Limit): Reading {
  return { limit, admits: true, remaining: limit.burst, nextMs: 0, retryMs: 0, resetMs: 0, degraded: 'open' }
}

export function penaltyReading(limit: Limit, leftMs: number): Reading {
  return { ...readPenalty(limit, leftMs, 0), degraded: 'local' }
}

/** What was said some time ago, as it is now. A reading may work its times out when it is asked, so none is copied. */
export function aged({ limit, admits, remaining, nextMs, retryMs, resetMs }: Reading, ms: number): Reading {
  return {
    limit,
    admits,
    remaining,
    nextMs: Math.max(0, Math.ceil(nextMs - ms)),
    retryMs: Math.max(0, Math.ceil(retryMs - ms)),
    resetMs: Math.max(0, Math.ceil(resetMs - ms)),
  }
}
