import { MemoryCounters, type MemoryCountersOptions } from './counters.ts'

/**
 * Counters in this process' memory: fast, bounded, and gone when the process ends. With several processes each counts
 * for itself, so together they admit as many times the quota.
 */
export function memoryCounters(options?: MemoryCountersOptions): MemoryCounters {
  return new MemoryCounters(options)
}

export type { MemoryCounters, MemoryCountersOptions } from './counters.ts'
