// @ts-check
// The guard without a host: `node guard.mjs FILE`, asked for so many passes.
import { pathToFileURL } from 'node:url'

const { Answer, buildGuard, Facts, memoryCounters, nodeHost } = await import(pathToFileURL(process.argv[2] ?? '').href)

const CLIENTS = 1000
const PATHS = ['/a', '/b', '/c/:id', '/d', '/e/:id/f', '/g', '/h/:id', '/i', '/j', '/k/l']

/** With the policy's own, three for each route. */
const limits = { minute: '10000000/1m', hour: '100000000/1h' }
const policy = {
  client: { proxies: 'none' },
  limits: { general: '100000000/1d' },
  routes: Object.fromEntries(PATHS.map((path) => [`GET ${path}`, { limits }])),
}
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const guard = buildGuard(policy, { log: silent, env: {} }, nodeHost(memoryCounters), () => {})

const HEADERS = { host: 'api.example', accept: 'application/json', 'user-agent': 'bench' }

class BenchFacts extends Facts {
  /** @type {AbortSignal | undefined} */
  signal

  /** @param {string} peer @param {string} target */
  constructor(peer, target) {
    super()
    this.method = 'GET'
    this.target = target
    this.peer = peer
    this.encrypted = true
  }

  /** @param {'host'} name */
  header(name) {
    return HEADERS[name]
  }

  /** @param {string} name */
  lines(name) {
    return name === 'host' ? [HEADERS.host] : []
  }
}

const peers = Array.from({ length: CLIENTS }, (_, at) => `198.51.${at >> 8}.${at & 255}`)
const targets = PATHS.map((path) => path.replace(':id', '7'))

/** @param {number} passes @param {boolean} leaves whether the answer's headers are made too */
function run(passes, leaves) {
  for (let at = 0; at < passes; at++) {
    const facts = new BenchFacts(peers[at % CLIENTS] ?? '', targets[at % PATHS.length] ?? '')
    const verdict = guard.begin(facts)
    if (verdict !== undefined) throw new Error(`the guard refuses: ${JSON.stringify(verdict)}`)
    if (leaves) guard.leave(facts, new Answer(200, ['Content-Type', 'application/json']))
  }
}

process.on('disconnect', () => process.exit())
process.on('message', (/** @type {{ passes: number, leaves: boolean }} */ { passes, leaves }) => {
  const before = process.cpuUsage()
  run(passes, leaves)
  const { user, system } = process.cpuUsage(before)
  process.send?.({ cpuMicros: user + system })
})
