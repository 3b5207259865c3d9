import type { Limit } from './counters.ts'

/** The most that one process may hold of a subject's quota: half of what would be its share. */
export function largestSlice({ algorithm, quota, burst }: Limit, instances: number): number {
  return Math.floor((algorithm === 'gcra' ? burst : quota) / (2 * instances))
}

/**
 * By how many units a `leased` limit may admit more, in any time, than an exact one: the sum of the slices that can be
 * outstanding at once, at most half of the burst.
 *
 * Every unit is charged before it is used, so nothing is admitted that was not charged. What is used within a time was
 * charged within it, which the limit bounds; or it stood in somebody's slice when the time began. Such a unit is either
 * used late, or given back late, when what it was charged has decayed already: one unit too many either way.
 */
export function leasedBound(limit: Limit, instances: number): number {
  return instances * largestSlice(limit, instances)
}
