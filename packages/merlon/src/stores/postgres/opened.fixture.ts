import { Pool } from 'pg'
import type { PostgresServer } from '../../../../../scripts/postgres.ts'
import type { Limit, StoreHost } from '../../contract/counters.ts'
import { PostgresCounters, type PostgresCountersOptions } from './counters.ts'

/** What a guard would give; what is told is kept. */
export function hostOf(told: string[] = []): StoreHost {
  const secret = new Uint8Array(32).fill(7)
  return { instances: undefined, secret, tell: ({ kind, detail }) => told.push(`${kind}: ${detail}`) }
}

export function limitOf(id: string, quota: number, more: Partial<Limit> = {}): Limit {
  return { id, name: id, algorithm: 'gcra', quota, windowMs: 900_000, burst: quota, overflowTimes: 16, ...more }
}

const EPOCH_MS = Date.UTC(2025, 0, 1)

/** A multiple of the windows that tests use, so that windows begin there. */
const ZERO_MS = Math.ceil(Date.UTC(2026, 0, 1) / 60_060_000) * 60_060_000

/** Counters on a clock that the test moves, in place of the server's. */
export function onClock(options: PostgresCountersOptions) {
  let nowMs = ZERO_MS
  const counters = new PostgresCounters(options, { micros: () => (nowMs - EPOCH_MS) * 1000 })
  counters.attach(hostOf())
  return {
    counters,
    now: () => nowMs,
    advance: (ms: number) => {
      nowMs += ms
    },
    zeroMs: ZERO_MS,
  }
}

/** Counters on the server's clock, and a pool of their own. */
export function openCounters(server: PostgresServer, schema = 'merlon') {
  const pool = new Pool({ connectionString: server.url, max: 4, connectionTimeoutMillis: 1000 })
  const counters = new PostgresCounters({ pool, schema })
  counters.attach(hostOf())
  return {
    pool,
    counters,
    close: async () => {
      await counters.close()
      await pool.end()
    },
  }
}
