import type { Limit, Reading } from './counters.ts'

/**
 * The generic cell rate algorithm (ITU-T I.371, annex A) in whole numbers. All that is kept of a subject is the time
 * at which it will owe nothing; a charge moves that time on by `cost` intervals, and is admitted where it stays within
 * `capacity` of now. "N in W" with burst B so admits at most B + ⌊t·N/W⌋ in any time t.
 *
 * Times are counted in ticks, and every limit has ticks of its own, of one microsecond or less, of which its interval
 * is a whole number. So nothing is rounded, however the costs are mixed. Where that would take ticks finer than
 * MAX_TICKS_PER_MS the interval is rounded up: the limit is then a little stricter than written, never looser.
 */
export interface Gcra {
  readonly ticksPerMs: number
  /** W/N, what one unit of cost takes. */
  readonly interval: number
  /** What the whole burst takes. */
  readonly capacity: number
  /** The most that may be owed: a charge that is known late goes at most one window beyond the burst. */
  readonly most: number
}

const MIN_TICKS_PER_MS = 1000

/** Numbers stay exact for 28 years of running at this many. */
const MAX_TICKS_PER_MS = 10_000

/** Longer than any window or burst may take; keeps sums within the integers that a double holds. */
export const MAX_SPAN_MS = 366 * 86_400_000

export function compileGcra(quota: number, windowMs: number, burst: number): Gcra {
  // The interval is windowMs/quota; in lowest terms its denominator says into how many parts a millisecond has to go.
  const parts = quota / gcd(quota, windowMs)
  const ticksPerMs = parts > MAX_TICKS_PER_MS ? MAX_TICKS_PER_MS : parts * Math.ceil(MIN_TICKS_PER_MS / parts)
  const windowTicks = windowMs * ticksPerMs
  const rest = windowTicks % quota
  const interval = (windowTicks - rest) / quota + (rest === 0 ? 0 : 1)
  return { ticksPerMs, interval, capacity: interval * burst, most: interval * (burst + quota) }
}

/** By how much rounding makes the limit stricter than it was written: 0.01 is one percent. */
export function roundingOf(quota: number, windowMs: number): number {
  const { ticksPerMs, interval } = compileGcra(quota, windowMs, 1)
  return (interval * quota) / (windowMs * ticksPerMs) - 1
}

/** Whether a charge is admitted by a subject that owes `debt` ticks. */
export function admits(gcra: Gcra, debt: number, cost: number): boolean {
  return debt + cost * gcra.interval <= gcra.capacity
}

/**
 * How much of a debt a charge can take back that was made at `chargedAt`: what it took, less the time since. That time
 * has been given back already, to the charge itself or to those that came after it. So whoever charges, waits, charges
 * and only then has the first charge given back has no more than the limit allows: what is kept of all charges stays
 * within B + ⌊t·N/W⌋, in whatever order they are given back.
 */
export function refundOf(gcra: Gcra, cost: number, chargedAt: number, now: number): number {
  return Math.max(0, cost * gcra.interval - Math.max(0, now - chargedAt))
}

/** What there is to say of a limit whose subject owes `debt` ticks, a charge that was admitted included. */
export function readGcra(limit: Limit, gcra: Gcra, debt: number, cost: number, admitted: boolean): Reading {
  const remaining = remainingOf(limit, gcra, debt)
  return {
    limit,
    admits: admitted,
    remaining,
    nextMs: nextMsOf(gcra, debt, remaining),
    retryMs: retryMsOf(gcra, debt, cost),
    resetMs: Math.ceil(debt / gcra.ticksPerMs),
  }
}

/**
 * The same, worked out when it is asked for: most requests need few of the times, and many none. What it says stands on
 * the prototype, so it cannot be spread into another object.
 */
export class GcraReading implements Reading {
  readonly limit: Limit
  readonly admits: boolean
  readonly #gcra: Gcra
  readonly #debt: number
  readonly #cost: number

  constructor(limit: Limit, gcra: Gcra, debt: number, cost: number, admitted: boolean) {
    this.limit = limit
    this.admits = admitted
    this.#gcra = gcra
    this.#debt = debt
    this.#cost = cost
  }

  get remaining(): number {
    return remainingOf(this.limit, this.#gcra, this.#debt)
  }

  get nextMs(): number {
    return nextMsOf(this.#gcra, this.#debt, this.remaining)
  }

  get retryMs(): number {
    return retryMsOf(this.#gcra, this.#debt, this.#cost)
  }

  get resetMs(): number {
    return Math.ceil(this.#debt / this.#gcra.ticksPerMs)
  }
}

/** What a shared cell holds beyond the limit's own burst is not the subject's to know. */
function remainingOf(limit: Limit, { interval, capacity }: Gcra, debt: number): number {
  return debt < capacity ? Math.min(limit.burst, Math.floor((capacity - debt) / interval)) : 0
}

function nextMsOf({ ticksPerMs, interval, capacity }: Gcra, debt: number, remaining: number): number {
  return Math.max(0, Math.ceil(((remaining + 1) * interval - capacity + debt) / ticksPerMs))
}

function retryMsOf({ ticksPerMs, interval, capacity }: Gcra, debt: number, cost: number): number {
  const short = cost * interval - capacity + debt
  return short > 0 ? Math.ceil(short / ticksPerMs) : 0
}

function gcd(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y !== 0) [x, y] = [y, x % y]
  return x
}
