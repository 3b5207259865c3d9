// @ts-check
// One store of counters: `node memory.mjs KIND CLIENTS FILE`, asked for so many decisions.
import { pathToFileURL } from 'node:url'

const [kind = '', count = '', file = ''] = process.argv.slice(2)
const clients = Number(count)

/** Never reached, so that every decision is charged; and of many clients each owes still when it comes again. */
const QUOTA = clients === 1 ? 100_000_000 : 1000
const WINDOW_MS = 86_400_000

/** Prime, so that every client comes once before one comes twice, and none after its neighbour. */
const STRIDE = 1_000_003 % clients

/** @param {number} client a text of its own for each decision, as each request brings one */
const keyOf = (client) => `10.${client >> 16}.${(client >> 8) & 255}.${client & 255}`

/** @type {Record<string, () => Promise<{ decide: (key: string) => unknown, bytes?: () => number }>>} */
const kinds = {
  // What the bench itself takes.
  nothing: async () => ({ decide: (key) => key.charCodeAt(key.length - 1) }),
  merlon: async () => {
    const { memoryCounters, Subject } = await import(pathToFileURL(file).href)
    const counters = memoryCounters()
    const limit = {
      id: 'a',
      name: 'a',
      algorithm: 'gcra',
      quota: QUOTA,
      windowMs: WINDOW_MS,
      burst: QUOTA,
      overflowTimes: 16,
    }
    const set = counters.prepare([limit])
    const costs = [1]
    // A guard keeps the subjects of the last 8,192 addresses; of more, each is made and hashed anew.
    const kept = clients > 8192 ? undefined : new Map()
    return {
      decide: (key) => {
        let subject = kept?.get(key)
        if (subject === undefined) {
          subject = new Subject(key, undefined)
          kept?.set(key, subject)
        }
        return set.charge([subject], costs, performance.now())[0].admits
      },
      bytes: () => counters.bytes,
    }
  },
  'express-rate-limit': async () => {
    const { MemoryStore } = await import('express-rate-limit')
    const store = new MemoryStore()
    store.init(/** @type {any} */ ({ windowMs: WINDOW_MS }))
    return { decide: (key) => store.increment(key) }
  },
  'rate-limiter-flexible': async () => {
    const { RateLimiterMemory } = await import('rate-limiter-flexible')
    const limiter = new RateLimiterMemory({ points: QUOTA, duration: WINDOW_MS / 1000 })
    return { decide: (key) => limiter.consume(key) }
  },
}

const make = kinds[kind]
if (make === undefined) throw new TypeError(`expected one of ${Object.keys(kinds).join(', ')}`)
const { decide, bytes } = await make()
const spare = await make()
const isLate = kind.includes('-')

/** Decisions of a store that is not measured. */
const WARM = 200_000

let client = 0

/** @param {number} decisions */
async function run(decisions) {
  for (let at = 0; at < decisions; at++) {
    client += STRIDE
    if (client >= clients) client -= clients
    const answer = decide(keyOf(client))
    if (isLate) await answer
  }
}

function rss() {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage.rss()
}

process.on('disconnect', () => process.exit())
process.on('message', async (/** @type {{ decisions: number }} */ { decisions }) => {
  if (decisions === 0) {
    // Whatever the code itself takes, and what is allocated for what comes and goes, is there before, and does not count.
    for (let at = 0; at < WARM; at++) {
      const answer = spare.decide(keyOf(at & 1023))
      if (isLate) await answer
    }
    const before = rss()
    await run(clients)
    process.send?.({ rssBytes: rss() - before, tableBytes: bytes?.() ?? 0 })
    return
  }
  const start = process.cpuUsage()
  await run(decisions)
  const { user, system } = process.cpuUsage(start)
  process.send?.({ cpuMicros: user + system })
})
