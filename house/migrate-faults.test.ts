import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import fastifyRateLimit from '@fastify/rate-limit'
import express, { type RequestHandler } from 'express'
import { MemoryStore, type Options, rateLimit, type Store } from 'express-rate-limit'
import Fastify, { type FastifyRequest } from 'fastify'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { afterEach, describe, expect, test } from 'vitest'

/**
 * What the pages in docs/migrate say of other packages beyond their examples, shown on the packages as they are
 * installed here: where one of these fails, the package has become better, and its page has to say so.
 */

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

/** Statuses of requests to these paths, one after the other, of an app behind this middleware. */
async function statusesOf(middleware: RequestHandler, ...paths: readonly string[]): Promise<readonly number[]> {
  const app = express()
  app.use(middleware)
  app.get('/fails', (_req, res) => void res.status(500).end())
  let closed: Promise<unknown> | undefined
  app.get('/hangs', (_req, res) => {
    closed = once(res, 'close')
  })
  app.get('/', (_req, res) => void res.end())
  app.use(((_error, _req, res, _next) => void res.status(500).end()) satisfies express.ErrorRequestHandler)
  const server = app.listen(0, '127.0.0.1')
  stops.push(() => server.close().closeAllConnections())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const statuses: number[] = []
  for (const path of paths) {
    const signal = path === '/hangs' ? AbortSignal.timeout(100) : null
    const answer = fetch(`http://127.0.0.1:${port}${path}`, { signal })
    statuses.push(await answer.then(({ status }) => status).catch(() => 0))
    // Whoever has gone away is noticed a little later.
    await closed
    await setImmediate()
  }
  return statuses
}

const quiet: Partial<Options> = { windowMs: 60_000, validate: false, logger: { warn: () => {}, error: () => {} } }
const gone = () => Promise.reject(new Error('the store is gone'))
const lost: Store = { increment: gone, decrement: gone, resetKey: gone }

describe('express-rate-limit', () => {
  test('with its store lost answers 500, or limits nobody', async () => {
    const limited = rateLimit({ ...quiet, limit: 1, store: lost })
    expect(await statusesOf(limited, '/', '/')).toEqual([500, 500])
    const open = rateLimit({ ...quiet, limit: 1, store: lost, passOnStoreError: true })
    expect(await statusesOf(open, '/', '/', '/')).toEqual([200, 200, 200])
  })

  test('with skipFailedRequests counts neither what fails nor what is aborted', async () => {
    const limited = rateLimit({ ...quiet, limit: 1, skipFailedRequests: true })
    const paths = ['/fails', '/fails', '/hangs', '/hangs', '/', '/']
    expect(await statusesOf(limited, ...paths)).toEqual([500, 500, 0, 0, 200, 429])
  })

  test('counts refused requests, and keeps every address', async () => {
    const store = new MemoryStore()
    expect(await statusesOf(rateLimit({ ...quiet, limit: 1, store }), '/', '/', '/')).toEqual([200, 429, 429])
    expect(await store.get('127.0.0.1')).toMatchObject({ totalHits: 3 })
    for (let n = 0; n < 10_000; n++) await store.increment(`key ${n}`)
    expect(store.current.size).toBe(10_001)
  })

  test('of several limiters charges those before the one that refuses', async () => {
    const store = new MemoryStore()
    const wide = rateLimit({ ...quiet, limit: 10, store })
    const narrow = rateLimit({ ...quiet, limit: 1 })
    const both: RequestHandler = (req, res, next) =>
      void wide(req, res, (error?: unknown) => (error ? next(error) : void narrow(req, res, next)))
    expect(await statusesOf(both, '/', '/', '/')).toEqual([200, 429, 429])
    expect(await store.get('127.0.0.1')).toMatchObject({ totalHits: 3 })
  })
})

describe('rate-limiter-flexible', () => {
  const consumed = (limiter: { consume(key: string): Promise<RateLimiterRes> }, key: string) =>
    limiter.consume(key).then(
      () => 'admitted',
      (why: unknown) => (why instanceof RateLimiterRes ? 'refused' : 'failed'),
    )

  test('counts refused requests, and locks an account that is blocked for everybody', async () => {
    const limiter = new RateLimiterMemory({ points: 1, duration: 60, blockDuration: 3600 })
    const all = [await consumed(limiter, 'ada'), await consumed(limiter, 'ada'), await consumed(limiter, 'ada')]
    expect(all).toEqual(['admitted', 'refused', 'refused'])
    const left = await limiter.get('ada')
    expect(left?.consumedPoints).toBe(3)
    expect(left?.msBeforeNext).toBeGreaterThan(3_000_000)
  })

  test('with Redis lost rejects, or gives each process the whole quota', async () => {
    const storeClient = { status: 'ready', defineCommand: () => {}, rlflxIncr: gone, multi: () => ({ exec: gone }) }
    const options = { storeClient, points: 2, duration: 60 }
    expect(await consumed(new RateLimiterRedis(options), 'ada')).toBe('failed')
    const processes = [0, 1].map(() => {
      return new RateLimiterRedis({ ...options, insuranceLimiter: new RateLimiterMemory({ points: 2, duration: 60 }) })
    })
    const all: string[] = []
    for (const each of processes) for (let n = 0; n < 3; n++) all.push(await consumed(each, 'ada'))
    expect(all).toEqual(['admitted', 'admitted', 'refused', 'admitted', 'admitted', 'refused'])
  })
})

describe('@fastify/rate-limit', () => {
  async function appOf(options: fastifyRateLimit.RateLimitPluginOptions) {
    const app = Fastify()
    await app.register(fastifyRateLimit, options)
    app.get('/', async () => 'found')
    return async (remoteAddress: string, url = '/') => (await app.inject({ url, remoteAddress })).statusCode
  }

  test('forgets whoever is over the limit after 5,000 other addresses', async () => {
    const app = Fastify()
    await app.register(fastifyRateLimit)
    const ask = app.createRateLimit({ max: 1, timeWindow: 3_600_000 })
    const exceeds = async (ip: string) => {
      const answer = await ask({ ip, routeOptions: {} } as FastifyRequest)
      return !answer.isAllowed && answer.isExceeded
    }
    expect([await exceeds('192.0.2.1'), await exceeds('192.0.2.1')]).toEqual([false, true])
    for (let n = 0; n < 5000; n++) await exceeds(`2001:db8:0:${n.toString(16)}::1`)
    expect(await exceeds('192.0.2.1')).toBe(false)
  })

  test('with its store lost answers 500, or limits nobody', async () => {
    const redis = {
      defineCommand: () => {},
      rateLimit: (...all: unknown[]) => (all.at(-1) as (e: Error) => void)(new Error()),
    }
    expect(await (await appOf({ max: 1, redis }))('192.0.2.1')).toBe(500)
    const open = await appOf({ max: 1, redis, skipOnError: true })
    expect([await open('192.0.2.1'), await open('192.0.2.1')]).toEqual([200, 200])
  })

  test('limits nothing that has no route', async () => {
    const ask = await appOf({ max: 1 })
    expect([await ask('192.0.2.1', '/x'), await ask('192.0.2.1', '/x')]).toEqual([404, 404])
  })
})
