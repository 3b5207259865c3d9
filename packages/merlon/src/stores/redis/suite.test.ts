import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll } from 'vitest'
import { openRedis, type RedisServer, type RedisServers } from '../../../../../scripts/redis.ts'
import { countersSuite } from '../suite/counters.fixture.ts'
import type { RedisClient } from './link.ts'
import { onClock } from './opened.fixture.ts'

let servers: RedisServers & { readonly node: RedisServer }
let client: Redis
let other: ReturnType<typeof createClient>

beforeAll(async () => {
  servers = await openRedis()
  client = new Redis(servers.node.port)
  other = createClient({ url: servers.node.url })
  await other.connect()
})

afterAll(async () => {
  client.disconnect()
  other.destroy()
  await servers.stop()
})

const RUNS = Number(process.env['RUNS'] ?? 200)

countersSuite('redis, by ioredis', () => openedWith(client), { runs: RUNS })
countersSuite('redis, by node-redis', () => openedWith(other), { runs: RUNS / 10 })

function openedWith(by: RedisClient) {
  const opened = onClock({ client: by })
  return { ...opened, close: () => opened.counters.close() }
}
