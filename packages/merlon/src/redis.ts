export {
  type IoRedisClient,
  type NodeRedisClient,
  type RedisClient,
  type RedisCounters,
  type RedisCountersOptions,
  redisCounters,
} from './stores/redis/index.ts'
