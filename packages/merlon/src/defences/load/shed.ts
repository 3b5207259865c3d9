import type { Build, Decide } from '../../contract/defence.ts'
import { refuse } from '../../contract/verdict.ts'
import type { Load, Priority } from './options.ts'
import { type Refuse, retryAfter } from './refusal.ts'

/** How much later than the threshold each priority gives way. */
const LAG_TIMES: Readonly<Record<Exclude<Priority, 'critical'>, number>> = { high: 2, normal: 1, low: 0.5 }
const MEMORY_MORE: Readonly<Record<Exclude<Priority, 'critical'>, number>> = { high: 0.02, normal: 0, low: -0.05 }

/**
 * Refuses while the process cannot keep up: a request that would time out anyway costs least when it is refused at
 * once, before anything of it is read. What is measured is the process, so no client can have another one shed but by
 * sending more than the service bears.
 */
export function compileShed({ shed, priority }: Load, { platform }: Build, refuseOr: Refuse): Decide | undefined {
  if (shed === 'off' || priority === 'critical' || platform.pressure === undefined) return undefined
  const pressure = platform.pressure.bind(platform)
  const maxLagMs = shed.lagMs * LAG_TIMES[priority]
  const maxMemory = shed.memory + MEMORY_MORE[priority]
  return (facts) => {
    const { lagMs, memory } = pressure(facts.startedMs)
    if (lagMs < maxLagMs && memory < maxMemory) return undefined
    const reason =
      lagMs < maxLagMs
        ? `load: ${Math.round(memory * 100)} % of the memory is in use`
        : `load: the event loop is ${Math.round(lagMs)} ms late`
    return refuseOr(facts, refuse('overloaded', { reason, headers: ['Retry-After', retryAfter()] }))
  }
}
