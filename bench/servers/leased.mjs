// @ts-check
// One way to count a few hot clients in Redis: `node leased.mjs KIND PORT FILE`, asked for so many decisions.
import { pathToFileURL } from 'node:url'
import { Redis } from 'ioredis'

const [kind = '', port = '', file = ''] = process.argv.slice(2)

const CLIENTS = 8
const CONCURRENCY = 64
/** Never reached: every decision is charged. */
const QUOTA = 1_000_000_000
const WINDOW_MS = 900_000

const client = new Redis(Number(port))

/** @param {'leased' | 'exact'} counting */
async function merlon(counting) {
  const { redisCounters, Subject } = await import(pathToFileURL(file).href)
  const counters = redisCounters({ client })
  counters.attach({ instances: 1, secret: new Uint8Array(32).fill(7), tell() {} })
  await counters.ready()
  const limit = { id: counting, name: 'hot', algorithm: 'gcra', quota: QUOTA, windowMs: WINDOW_MS, burst: QUOTA }
  const set = counters.prepare([{ ...limit, overflowTimes: 16, counting }])
  const lists = Array.from({ length: CLIENTS }, (_, at) => [new Subject(`a4:10.${at}`, undefined)])
  return (/** @type {number} */ at) => set.charge(lists[at], [1], 0)
}

async function rateLimiterFlexible() {
  const { RateLimiterRedis } = await import('rate-limiter-flexible')
  const limiter = new RateLimiterRedis({ storeClient: client, points: QUOTA, duration: WINDOW_MS / 1000 })
  return (/** @type {number} */ at) => limiter.consume(`10.${at}`)
}

/** @type {Record<string, () => Promise<(at: number) => unknown>>} */
const kinds = {
  // What the bench itself takes.
  nothing: async () => (at) => at,
  leased: () => merlon('leased'),
  exact: () => merlon('exact'),
  'rate-limiter-flexible': rateLimiterFlexible,
}
const make = kinds[kind]
if (make === undefined) throw new TypeError(`expected one of ${Object.keys(kinds).join(', ')}`)
const decide = await make()

/**
 * So many at a time. What is decided at once waits for the next turn of the loop, as requests do that come by socket.
 * @param {number} decisions
 */
async function run(decisions) {
  const start = performance.now()
  const cpu = process.cpuUsage()
  let left = decisions
  let late = 0
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async (_, worker) => {
      while (left-- > 0) {
        const answer = /** @type {any} */ (decide(worker % CLIENTS))
        if (typeof answer?.then === 'function') {
          late++
          await answer
        } else {
          await turn()
        }
      }
    }),
  )
  const { user, system } = process.cpuUsage(cpu)
  return { cpuMicros: user + system, wallMs: performance.now() - start, late }
}

/** @type {Promise<void> | undefined} */
let next

/** One promise for all that wait for the same turn. */
function turn() {
  next ??= new Promise((resolve) => {
    setImmediate(() => {
      next = undefined
      resolve()
    })
  })
  return next
}

process.on('disconnect', () => process.exit())
process.on('message', async (/** @type {{ decisions: number }} */ { decisions }) => {
  process.send?.(await run(decisions))
})
