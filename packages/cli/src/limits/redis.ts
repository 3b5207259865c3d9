import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Counters } from 'merlon'
import { type RedisClient, redisCounters } from 'merlon/redis'
import { UsageError } from '../failure.ts'

/** Counters in Redis, and what ends their connection. */
export interface RedisStore {
  readonly counters: Counters
  close(): void
}

interface Client {
  on(event: 'error', listener: (error: Error) => void): void
  disconnect(): void
}

type Redis = new (url: string, options: object) => RedisClient & Client

/** Back within a second of Redis' return, and nothing sent twice: limits go on by their onFailure in the meantime. */
const OPTIONS = {
  retryStrategy: (times: number) => Math.min(times * 50, 500),
  maxRetriesPerRequest: 1,
  autoResendUnfulfilledCommands: false,
  connectTimeout: 5000,
}

const INSTALL = '--redis needs ioredis, and it is not installed here; install it: npm install ioredis'

/**
 * Opens counters in Redis. What becomes of the connection is told by the counters, once each time.
 *
 * @throws UsageError where it is no address of Redis, or ioredis is not installed
 */
export async function openRedis(url: string): Promise<RedisStore> {
  if (!/^rediss?:\/\/[^/]/.test(url)) throw new UsageError('--redis: expected redis://host:port or rediss://host:port')
  const Redis = await load()
  const client = new Redis(url, OPTIONS)
  client.on('error', () => {})
  return { counters: redisCounters({ client }), close: () => client.disconnect() }
}

/** Beside the policy's owner first, then beside this package. */
async function load(): Promise<Redis> {
  for (const from of [join(process.cwd(), 'package.json'), import.meta.url]) {
    try {
      const path = createRequire(from).resolve('ioredis')
      const { Redis } = (await import(pathToFileURL(path).href)) as { readonly Redis: Redis }
      return Redis
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw new UsageError(INSTALL)
}
