// @ts-check
// One way to count in Redis: `node redis.mjs KIND PORTS FILE`, asked for so many decisions, or for a pace.
import { pathToFileURL } from 'node:url'
import { Cluster, Redis } from 'ioredis'

const [kind = '', list = '', file = ''] = process.argv.slice(2)
const ports = list.split(',').map(Number)

const CLIENTS = 10_000
/** Prime, so that none comes after its neighbour. */
const STRIDE = 1_000_003 % CLIENTS
const CONCURRENCY = 64
/** Never reached: every decision is charged. */
const QUOTA = 1_000_000
const WINDOW_MS = 900_000

const client =
  ports.length > 1 ? new Cluster(ports.map((port) => ({ host: '127.0.0.1', port }))) : new Redis(ports[0] ?? 0)

/** @type {any} */
let counters

/** @param {number} limits */
async function merlon(limits) {
  const { RedisCounters, Subject } = await import(pathToFileURL(file).href)
  const store = counters ?? new RedisCounters({ client })
  if (counters === undefined) store.attach({ instances: 1, secret: new Uint8Array(32).fill(7), tell: console.error })
  counters = store
  const set = store.prepare(
    Array.from({ length: limits }, (_, at) => ({
      id: `limit${at}`,
      name: 'limit',
      algorithm: 'gcra',
      quota: QUOTA,
      windowMs: WINDOW_MS,
      burst: QUOTA,
      overflowTimes: 16,
    })),
  )
  const costs = Array.from({ length: limits }, () => 1)
  // A guard keeps the subjects of its clients.
  const subjects = Array.from({ length: CLIENTS }, (_, at) => new Subject(keyOf(at), undefined))
  const lists = subjects.map((subject) => costs.map(() => subject))
  return (/** @type {number} */ at) => set.charge(lists[at], costs)
}

/** @param {number} limits */
async function rateLimitRedis(limits) {
  const { RedisStore } = await import('rate-limit-redis')
  const stores = await Promise.all(
    Array.from({ length: limits }, async (_, at) => {
      const store = new RedisStore({
        prefix: `rl${at}:`,
        sendCommand: (/** @type {string} */ command, /** @type {string[]} */ ...args) =>
          /** @type {any} */ (client.call(command, ...args)),
      })
      await store.init(/** @type {any} */ ({ windowMs: WINDOW_MS }))
      return store
    }),
  )
  if (limits === 1) return (/** @type {number} */ at) => stores[0]?.increment(keyOf(at))
  return async (/** @type {number} */ at) => {
    for (const store of stores) await store.increment(keyOf(at))
  }
}

/** @param {number} limits */
async function rateLimiterFlexible(limits) {
  const { RateLimiterRedis } = await import('rate-limiter-flexible')
  const limiters = Array.from(
    { length: limits },
    (_, at) =>
      new RateLimiterRedis({
        storeClient: client,
        keyPrefix: `rlf${at}`,
        points: QUOTA,
        duration: WINDOW_MS / 1000,
      }),
  )
  if (limits === 1) return (/** @type {number} */ at) => limiters[0]?.consume(keyOf(at))
  return async (/** @type {number} */ at) => {
    for (const limiter of limiters) await limiter.consume(keyOf(at))
  }
}

/** @type {Record<string, (limits: number) => Promise<(at: number) => unknown>>} */
const kinds = { merlon, 'rate-limit-redis': rateLimitRedis, 'rate-limiter-flexible': rateLimiterFlexible }
const make = kinds[kind]
if (make === undefined) throw new TypeError(`expected one of ${Object.keys(kinds).join(', ')}`)
const decide = { 1: await make(1), 3: await make(3) }

let at = 0

/** @param {number} client a text of its own for each decision, as each request brings one */
function keyOf(client) {
  return `10.0.${client >> 8}.${client & 255}`
}

function next() {
  at = (at + STRIDE) % CLIENTS
  return at
}

/** @param {1 | 3} limits @param {number} decisions */
async function run(limits, decisions) {
  const ask = decide[limits]
  let left = decisions
  const callsBefore = counters?.sent.calls ?? 0
  const start = performance.now()
  const cpu = process.cpuUsage()
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (left-- > 0) await ask(next())
    }),
  )
  const { user, system } = process.cpuUsage(cpu)
  const calls = (counters?.sent.calls ?? 0) - callsBefore
  return { cpuMicros: user + system, wallMs: performance.now() - start, calls }
}

/**
 * Asks at fixed moments, whether answers have come or not; what came late counts from the moment when it was due.
 * @param {number} perSecond @param {number} seconds
 */
async function pace(perSecond, seconds) {
  const ask = decide[1]
  /** @type {number[]} */
  const late = []
  const total = perSecond * seconds
  const start = performance.now()
  /** @type {Promise<void>[]} */
  const asked = []
  while (asked.length < total) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    const due = Math.min(total, Math.floor(((performance.now() - start) * perSecond) / 1000))
    while (asked.length < due) {
      const dueMs = start + (asked.length * 1000) / perSecond
      asked.push(Promise.resolve(ask(next())).then(() => void late.push(performance.now() - dueMs)))
    }
  }
  await Promise.all(asked)
  late.sort((a, b) => a - b)
  return { p99Ms: late[Math.floor((late.length - 1) * 0.99)] ?? Number.NaN }
}

process.on('disconnect', () => process.exit())
process.on('message', async (/** @type {any} */ { limits, decisions, perSecond, seconds }) => {
  process.send?.(perSecond === undefined ? await run(limits, decisions) : await pace(perSecond, seconds))
})
