import type { Limit, Reading } from '../../contract/counters.ts'

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
  const admits = leftMs === 0
  return {
    limit,
    admits,
    remaining: admits ? limit.quota : 0,
    nextMs: leftMs,
    retryMs: leftMs,
    resetMs: leftMs,
    degraded: 'local',
  }
}

/** What was said some time ago, as it is now. */
export function aged(reading: Reading, ms: number): Reading {
  return {
    ...reading,
    nextMs: Math.max(0, Math.ceil(reading.nextMs - ms)),
    retryMs: Math.max(0, Math.ceil(reading.retryMs - ms)),
    resetMs: Math.max(0, Math.ceil(reading.resetMs - ms)),
  }
}
