import type { Limit, Reading } from './counters.ts'
import { fractionOf } from './fraction.ts'

/**
 * A sliding window counter: windows follow each other from the clock's zero, and what counts against the quota is this
 * window's sum and the part of the last one's that would still lie within W, were it spread evenly. Counted in whole
 * milliseconds and whole units, with fractions rounded up, so nothing is admitted that the fraction itself would not
 * admit. In any W it admits at most 2·N - 1: N at the end of one window, and what its share leaves of the next.
 */
export interface SlidingWindow {
  readonly quota: number
  readonly windowMs: number
}

/** What is kept of a subject. */
export interface SlidingCount {
  /** Which window `current` belongs to: its beginning divided by W. */
  index: number
  current: number
  previous: number
}

/** Moves what is kept on to the window of now. A clock that has gone back stands still. */
export function slide({ windowMs }: SlidingWindow, count: SlidingCount, nowMs: number): void {
  const passed = Math.floor(nowMs / windowMs) - count.index
  if (passed <= 0) return
  count.previous = passed === 1 ? count.current : 0
  count.current = 0
  count.index += passed
}

/** What counts against the quota, of a count that stands at now. */
export function slidingUsed(window: SlidingWindow, count: SlidingCount, nowMs: number): number {
  return count.current + shareOf(window, count.previous, restMs(window, count, nowMs))
}

/** The most that a late charge may add: the subject then owes one window beyond the quota. */
export function slidingDebit(window: SlidingWindow, count: SlidingCount, cost: number, nowMs: number): void {
  const room = 2 * window.quota - slidingUsed(window, count, nowMs)
  count.current += Math.max(0, Math.min(cost, room))
}

/** Gives back what was charged at `chargedMs`, to the window that it was charged in, as long as that counts. */
export function slidingRefund({ windowMs }: SlidingWindow, count: SlidingCount, cost: number, chargedMs: number): void {
  const back = count.index - Math.floor(chargedMs / windowMs)
  if (back <= 0) count.current = Math.max(0, count.current - cost)
  else if (back === 1) count.previous = Math.max(0, count.previous - cost)
}

/** When nothing counts any more: the end of the window after the last one that has a sum. */
export function slidingIdleMs({ windowMs }: SlidingWindow, { index, current, previous }: SlidingCount): number {
  return (index + (current > 0 ? 2 : previous > 0 ? 1 : 0)) * windowMs
}

export function readSliding(
  limit: Limit,
  window: SlidingWindow,
  count: SlidingCount,
  cost: number,
  nowMs: number,
  admitted: boolean,
): Reading {
  const { quota } = window
  const remaining = Math.max(0, quota - slidingUsed(window, count, nowMs))
  return {
    limit,
    admits: admitted,
    remaining,
    nextMs: remaining < quota ? waitMs(window, count, quota - remaining - 1, nowMs) : 0,
    retryMs: waitMs(window, count, Math.max(0, quota - cost), nowMs),
    resetMs: waitMs(window, count, 0, nowMs),
  }
}

/** Until no more than `most` is used, if nothing is charged meanwhile. */
function waitMs(window: SlidingWindow, count: SlidingCount, most: number, nowMs: number): number {
  const { windowMs } = window
  const { current, previous } = count
  const rest = restMs(window, count, nowMs)
  if (current <= most) {
    if (previous === 0) return 0
    return Math.max(0, rest - fractionOf(most - current, windowMs, previous, 'down'))
  }
  return rest + Math.max(0, windowMs - fractionOf(most, windowMs, current, 'down'))
}

/** Until this window ends. */
function restMs({ windowMs }: SlidingWindow, { index }: SlidingCount, nowMs: number): number {
  return Math.min(windowMs, (index + 1) * windowMs - Math.floor(nowMs))
}

/** Of the last window's sum, what would still lie within W. */
function shareOf({ windowMs }: SlidingWindow, previous: number, rest: number): number {
  return previous === 0 ? 0 : fractionOf(previous, rest, windowMs, 'up')
}
