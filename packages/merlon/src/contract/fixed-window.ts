import type { Limit, Reading } from './counters.ts'

/** A window that a moment lies in, and the end of the one after it. */
export interface WindowSpan {
  readonly startMs: number
  readonly endMs: number
  readonly nextEndMs: number
}

/**
 * What is kept of a subject: what it has been charged, and when nothing of that counts any more. Whoever owes no more
 * than the quota owes nothing at the window's end; more than that, which takes a late charge, goes into the next window.
 */
export interface FixedCount {
  sum: number
  untilMs: number
}

/** What counts against the quota in the window of now. */
export function fixedUsed({ sum, untilMs }: FixedCount, quota: number, span: WindowSpan, nowMs: number): number {
  if (untilMs <= nowMs) return 0
  // Charged in the window before, and more than that one's quota.
  return sum > quota && untilMs <= span.endMs ? sum - quota : sum
}

/** Writes down what is used in the window of now. */
export function fixedWrite(count: FixedCount, used: number, quota: number, span: WindowSpan): void {
  count.sum = used
  count.untilMs = used > quota ? span.nextEndMs : used > 0 ? span.endMs : span.startMs
}

/** What is used after a late charge: one window beyond the quota at most. */
export function fixedDebit(used: number, cost: number, quota: number): number {
  return Math.max(used, Math.min(used + cost, 2 * quota))
}

/** What is used after the return of what was charged at `chargedMs`: of another window's nothing comes back. */
export function fixedRefund(used: number, cost: number, span: WindowSpan, chargedMs: number): number {
  return chargedMs >= span.startMs ? Math.max(0, used - cost) : used
}

export function readFixed(
  limit: Limit,
  used: number,
  cost: number,
  span: WindowSpan,
  nowMs: number,
  admitted: boolean,
): Reading {
  const { quota } = limit
  const remaining = Math.max(0, quota - used)
  return {
    limit,
    admits: admitted,
    remaining,
    nextMs: remaining < quota ? waitMs(used, quota - remaining - 1, quota, span, nowMs) : 0,
    retryMs: waitMs(used, Math.max(0, quota - cost), quota, span, nowMs),
    resetMs: waitMs(used, 0, quota, span, nowMs),
  }
}

/** Until no more than `most` is used. */
function waitMs(used: number, most: number, quota: number, span: WindowSpan, nowMs: number): number {
  if (used <= most) return 0
  return (used - quota <= most ? span.endMs : span.nextEndMs) - Math.floor(nowMs)
}
