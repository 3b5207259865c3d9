import type { Limit, Reading } from './counters.ts'

/** A strict window keeps the time of each unit that it has admitted, so it has to be small. */
export const MOST_STRICT = 32

/**
 * A strict window never admits more than N in any W. Of a subject it keeps N places, each with the time at which the
 * unit that was admitted there is W old and the place is free again; a charge takes as many free ones as it costs. The
 * order of the places means nothing. Times are whole, in the caller's ticks.
 */
export interface Places {
  readonly times: Float64Array
  readonly from: number
  readonly count: number
}

export function freePlaces({ times, from, count }: Places, now: number): number {
  let free = 0
  for (let at = from; at < from + count; at++) if ((times[at] as number) <= now) free++
  return free
}

/** Takes free places; there have to be as many. */
export function takePlaces({ times, from, count }: Places, cost: number, now: number, window: number): void {
  let left = cost
  for (let at = from; at < from + count && left > 0; at++) {
    if ((times[at] as number) > now) continue
    times[at] = now + window
    left--
  }
}

/**
 * Frees places that were taken at `takenAt`, and no others. One that a late charge has moved since stays: it stands for
 * that charge too.
 */
export function givePlaces({ times, from, count }: Places, cost: number, takenAt: number, window: number): void {
  let left = cost
  for (let at = from; at < from + count && left > 0; at++) {
    if (times[at] !== takenAt + window) continue
    times[at] = 0
    left--
  }
}

/**
 * A late charge: takes what is free, and then the places that are free next, as if it had waited for them. None waits
 * for more than one window.
 */
export function owePlaces(places: Places, cost: number, now: number, window: number): void {
  const { times, from, count } = places
  for (let left = Math.min(cost, 2 * count); left > 0; left--) {
    let first = from
    for (let at = from + 1; at < from + count; at++) {
      if ((times[at] as number) < (times[first] as number)) first = at
    }
    const free = Math.max(now, times[first] as number)
    if (free > now + window) return
    times[first] = free + window
  }
}

/** When all places are free. */
export function lastPlace({ times, from, count }: Places): number {
  let last = 0
  for (let at = from; at < from + count; at++) last = Math.max(last, times[at] as number)
  return last
}

const sorted = new Float64Array(MOST_STRICT)

export function readStrict(
  limit: Limit,
  { times, from, count }: Places,
  cost: number,
  now: number,
  ticksPerMs: number,
  admitted: boolean,
): Reading {
  const order = sorted.subarray(0, count)
  order.set(times.subarray(from, from + count))
  order.sort()
  let remaining = 0
  while (remaining < count && (order[remaining] as number) <= now) remaining++
  /** Until so many places are free. */
  const waitMs = (places: number) =>
    Math.ceil(Math.max(0, (order[Math.min(places, count) - 1] as number) - now) / ticksPerMs)
  return {
    limit,
    admits: admitted,
    remaining,
    nextMs: remaining < count ? waitMs(remaining + 1) : 0,
    retryMs: waitMs(cost),
    resetMs: waitMs(count),
  }
}
