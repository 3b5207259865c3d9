import type { Limit } from '../../contract/counters.ts'

/** A charge that was admitted, and what of it has not been given back. */
export interface Kept {
  readonly atMs: number
  cost: number
}

/** Whether what was admitted, in order of time, is within what the documentation says of the algorithm. */
export function keepsItsBound(limit: Limit, kept: readonly Kept[], zeroMs: number): boolean {
  const { algorithm, quota, windowMs, burst } = limit
  const windowOf = (atMs: number) => Math.floor((atMs - zeroMs) / windowMs)
  return kept.every((first, from) => {
    let sum = 0
    return kept.slice(from).every(({ atMs, cost }) => {
      const t = atMs - first.atMs
      if (algorithm === 'gcra') {
        sum += cost
        return BigInt(sum) <= BigInt(burst) + (BigInt(t) * BigInt(quota)) / BigInt(windowMs)
      }
      if (algorithm === 'fixed-window' ? windowOf(atMs) === windowOf(first.atMs) : t < windowMs) sum += cost
      if (algorithm === 'sliding-window') return sum <= Math.max(quota, 2 * quota - 1)
      return algorithm === 'penalty' || sum <= quota
    })
  })
}
