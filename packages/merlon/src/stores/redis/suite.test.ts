import { Redis } from 'ioredis'
import { afterAll, beforeAll } from 'vitest'
import { openRedis, type RedisServer, type RedisServers } from '../../../../../scripts/redis.ts'
import { countersSuite } from '../suite/counters.ts'
import { onClock } from './opened.fixture.ts'

let servers: RedisServers & { readonly node: RedisServer }
let client: Redis

beforeAll(async () => {
  servers = await openRedis()
  client = new Redis(servers.node.port)
})

afterAll(async () => {
  client.disconnect()
  await servers.stop()
})

countersSuite(
  'redis',
  () => {
    const opened = onClock({ client })
    return { ...opened, close: () => opened.counters.close() }
  },
  { runs: Number(process.env['RUNS'] ?? 60) },
)
