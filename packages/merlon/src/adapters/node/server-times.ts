import type { Guard } from '../../guard/guard.ts'

/** What `createServer` of node takes. */
export interface ServerTimes {
  /** Until a request's head is complete. 0 for no limit. */
  readonly headersTimeout: number
  /** How often node looks for heads that are late: every 30 s, if it is not told otherwise. */
  readonly connectionsCheckingInterval: number
}

const MAX_CHECK_MS = 1000
const MIN_CHECK_MS = 20

/** The part of a deadline that only the server can hold: a guard sees a request when its head is there. */
export function serverTimes({ commonPace }: Guard): ServerTimes {
  const headersTimeout = commonPace?.headersMs ?? 0
  return {
    headersTimeout,
    connectionsCheckingInterval: Math.max(MIN_CHECK_MS, Math.min(MAX_CHECK_MS, headersTimeout / 10)),
  }
}
