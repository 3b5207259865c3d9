import { BatchedCounters } from '../batched/counters.ts'
import type { TestTime } from '../batched/pipe.ts'
import { RedisEngine } from './engine.ts'
import { linkTo, type RedisClient } from './link.ts'

export interface RedisCountersOptions {
  /** A client of ioredis or node-redis, as the package made it: a single server, Sentinel or Cluster. */
  readonly client: RedisClient
  /** Before every key. Default: `merlon:`. */
  readonly prefix?: string
  /**
   * Whether all keys share one hash slot, so that limits of different subjects are decided in one step on Redis Cluster
   * too; one node then has all the work. Without Cluster it changes nothing. Default: false.
   */
  readonly colocate?: boolean
}

/** Counters in Redis or Valkey. Whatever Redis does not do in time rejects; nothing is decided without it here. */
export class RedisCounters extends BatchedCounters {
  /** @param time for tests alone */
  constructor({ client, prefix = 'merlon:', colocate = false }: RedisCountersOptions, time?: TestTime) {
    if (typeof prefix !== 'string' || /[{}\s]/.test(prefix)) {
      throw new TypeError(`redisCounters: expected a prefix without braces and spaces, got ${JSON.stringify(prefix)}`)
    }
    super(new RedisEngine(linkTo(client)), prefix, colocate, time)
  }
}
