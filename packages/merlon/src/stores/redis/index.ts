import { RedisCounters, type RedisCountersOptions } from './counters.ts'

/**
 * Counters in Redis or Valkey that all processes share: every decision is exact, and whatever arrives in one turn of the
 * event loop goes out together.
 *
 * @throws TypeError where the client is none of ioredis or node-redis, or the prefix cannot stand in a key
 */
export function redisCounters(options: RedisCountersOptions): RedisCounters {
  return new RedisCounters(options)
}

export type { RedisCounters, RedisCountersOptions } from './counters.ts'
export type { IoRedisClient, NodeRedisClient, RedisClient } from './link.ts'
