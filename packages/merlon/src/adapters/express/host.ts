import type { Counters } from '../../contract/counters.ts'
import type { Host } from '../../guard/build.ts'
import { nodeHost } from '../node/host.ts'

/** @param counters what counts where the user gives nothing */
export function expressHost(counters: () => Counters): Host {
  return { ...nodeHost(counters), routed: true }
}
