import { Redis } from 'ioredis'
import type { RedisServer } from '../../../../../scripts/redis.ts'
import type { Limit, StoreHost } from '../../contract/counters.ts'
import { RedisCounters, type RedisCountersOptions } from './counters.ts'

export const SECRET = new Uint8Array(32).fill(7)

/** What a guard would give; what is told is kept. */
export function hostOf(told: string[] = []): StoreHost {
  return { instances: undefined, secret: SECRET, tell: ({ kind, detail }) => told.push(`${kind}: ${detail}`) }
}

export function limitOf(id: string, quota: number, more: Partial<Limit> = {}): Limit {
  return { id, name: id, algorithm: 'gcra', quota, windowMs: 900_000, burst: quota, overflowTimes: 16, ...more }
}

const EPOCH_MS = Date.UTC(2025, 0, 1)

/** A multiple of the windows that tests use, so that windows begin there. */
const ZERO_MS = Math.ceil(Date.UTC(2026, 0, 1) / 60_060_000) * 60_060_000

/** Counters on a clock that the test moves, in place of the server's. */
export function onClock(options: RedisCountersOptions) {
  let nowMs = ZERO_MS
  const counters = new RedisCounters(options, { micros: () => (nowMs - EPOCH_MS) * 1000 })
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

/** Counters on the server's clock, and a client of their own. */
export function openCounters(node: RedisServer, told: string[] = []) {
  const client = new Redis(node.port, { maxRetriesPerRequest: 1 })
  // What it says of lost connections is what the tests bring about.
  client.on('error', () => {})
  const counters = new RedisCounters({ client })
  counters.attach(hostOf(told))
  return {
    client,
    counters,
    close: async () => {
      await counters.close()
      client.disconnect()
    },
  }
}
