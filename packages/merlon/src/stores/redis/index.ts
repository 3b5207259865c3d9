import { type RemoteCounters, type RemoteOptions, remote } from '../remote/index.ts'
import { RedisCounters, type RedisCountersOptions as RedisOptions } from './counters.ts'

export type RedisCountersOptions = RedisOptions & RemoteOptions

/**
 * Counters in Redis or Valkey that all processes share. Whatever arrives in one turn of the event loop goes out together;
 * `leased` limits are decided in memory; and while Redis does not answer, each limit goes on by its `onFailure`.
 *
 * @throws TypeError where the client is none of ioredis or node-redis, or the prefix cannot stand in a key
 */
export function redisCounters(options: RedisCountersOptions): RemoteCounters {
  return remote(new RedisCounters(options), options)
}

export type { RemoteCounters as RedisCounters } from '../remote/index.ts'
export type { IoRedisClient, NodeRedisClient, RedisClient } from './link.ts'
