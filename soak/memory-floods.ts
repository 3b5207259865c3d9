import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { nodeHost } from '../packages/merlon/src/adapters/node/host.ts'
import { Answer } from '../packages/merlon/src/contract/answer.ts'
import { type Algorithm, type Limit, Subject } from '../packages/merlon/src/contract/counters.ts'
import { Facts } from '../packages/merlon/src/contract/facts.ts'
import { isPromise } from '../packages/merlon/src/contract/verdict.ts'
import { buildGuard } from '../packages/merlon/src/guard/build.ts'
import { type MemoryCounters, memoryCounters } from '../packages/merlon/src/stores/memory/index.ts'

export interface FloodRun {
  readonly requests: number
  readonly admitted: number
  /** Requests of the honest client, and how many of them were refused. */
  readonly honest: number
  readonly honestRefused: number
  readonly tableBytes: number
  readonly maxBytes: number
  readonly rssBytes: number
  readonly seconds: number
}

export interface TableRun {
  readonly subjects: number
  readonly algorithm: Algorithm
  readonly maxBytes: number
  /** The most that the tables took at any time. */
  readonly mostBytes: number
  readonly entries: number
  readonly residentBytesAnEntry: number
  /** Of a thousand that owed their whole quota before the flood, how many were admitted after it. */
  readonly forgotten: number
  readonly seconds: number
}

const HONEST = 50

const { signal } = new AbortController()

/** As little as a request can be: the flood is to reach the counters, and not to measure a host. */
class FloodFacts extends Facts {
  readonly method: string
  readonly target: string
  readonly peer: string
  readonly encrypted = true
  readonly signal = signal
  readonly #email: string | undefined

  constructor(peer: string, email: string | undefined) {
    super()
    this.peer = peer
    this.method = email === undefined ? 'GET' : 'POST'
    this.target = email === undefined ? '/books' : '/login'
    this.#email = email
  }

  header(name: string): string | undefined {
    return name === 'host' ? 'api.example' : name === 'content-type' ? 'application/json' : undefined
  }

  lines(name: string): readonly string[] {
    return name === 'host' ? ['api.example'] : []
  }

  headers(): Record<string, string> {
    return { host: 'api.example' }
  }

  whenOver(): void {}

  peekBody(): Uint8Array {
    return new Uint8Array(2)
  }

  readBody() {
    return { bytes: new Uint8Array(2), type: 'application/json', value: { email: this.#email, password: 'x' } }
  }
}

const POLICY = {
  client: { proxies: 'none' },
  limits: { general: '100/15m' },
  routes: { 'POST /login': { limits: { preset: 'login' } } },
} as const

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** So many requests, each from a /64 of its own, from a few /48s; and one honest client among them. */
export async function floodOf(
  kind: 'requests' | 'logins',
  requests: number,
  networks: number,
  maxBytes: number,
): Promise<FloodRun> {
  const before = rss()
  const counters = memoryCounters({ maxBytes })
  const guard = buildGuard(POLICY, { counters, log: silent, env: {} }, nodeHost(memoryCounters), () => {})
  const ask = async (peer: string, email: string) => {
    const login = kind === 'logins'
    const facts = new FloodFacts(peer, login ? email : undefined)
    const begun = guard.begin(facts)
    const verdict = isPromise(begun) ? await begun : begun
    const refused = verdict?.kind === 'refuse'
    // Who was let in has guessed wrong, except for the one who knows the password.
    if (!refused) await guard.leave(facts, new Answer(login && email !== 'ada@example.com' ? 401 : 200, []))
    return !refused
  }
  const began = performance.now()
  let [admitted, honest, honestRefused] = [0, 0, 0]
  for (let at = 0; at < requests; at++) {
    if (at % Math.ceil(requests / HONEST) === 0) {
      honest++
      if (!(await ask('192.0.2.7', 'ada@example.com'))) honestRefused++
    }
    const [site, net] = [at % networks, Math.floor(at / networks)]
    if (await ask(`2001:db8:${site.toString(16)}:${net.toString(16)}::1`, `mail${at}@example.com`)) admitted++
  }
  return {
    requests,
    admitted,
    honest,
    honestRefused,
    tableBytes: counters.bytes,
    maxBytes,
    rssBytes: rss() - before,
    seconds: secondsSince(began),
  }
}

/** So many subjects that all owe, after a thousand that owe as much as they can. */
export function tableOf(algorithm: Algorithm, subjects: number, maxBytes: number): TableRun {
  const before = rss()
  const counters: MemoryCounters = memoryCounters({ maxBytes })
  const limit: Limit = { id: 'a', name: 'a', algorithm, quota: 2, windowMs: 3_600_000, burst: 2, overflowTimes: 16 }
  const set = counters.prepare([limit])
  const guilty = Array.from({ length: 1000 }, (_, at) => new Subject(`guilty${at}`, undefined))
  for (const each of guilty) set.charge([each], [2], 0)
  const began = performance.now()
  let mostBytes = 0
  for (let at = 0; at < subjects; at++) {
    set.charge([new Subject(`a${at}`, undefined)], [1], 1 + at / subjects)
    if (at % 1000 === 0) mostBytes = Math.max(mostBytes, counters.bytes)
  }
  const seconds = secondsSince(began)
  const forgotten = guilty.filter((each) => set.charge([each], [1], 1000)[0]?.admits).length
  const entries = counters.size
  return {
    subjects,
    algorithm,
    maxBytes,
    mostBytes: Math.max(mostBytes, counters.bytes),
    entries,
    residentBytesAnEntry: Math.round(((rss() - before) / entries) * 10) / 10,
    forgotten,
    seconds,
  }
}

function rss(): number {
  setFlagsFromString('--expose_gc')
  runInNewContext('gc')()
  return process.memoryUsage.rss()
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 100) / 10
}

const MB = 1024 * 1024

/** Each in a process of its own, so that none finds memory that another has left. */
const RUNS: Readonly<Record<string, () => FloodRun | TableRun | Promise<FloodRun>>> = {
  requests: () => floodOf('requests', 5_000_000, 100, 128 * MB),
  logins: () => floodOf('logins', 5_000_000, 100, 128 * MB),
  roomy: () => tableOf('gcra', 10_000_000, 512 * MB),
  gcra: () => tableOf('gcra', 10_000_000, 64 * MB),
  sliding: () => tableOf('sliding-window', 10_000_000, 64 * MB),
  fixed: () => tableOf('fixed-window', 10_000_000, 64 * MB),
  strict: () => tableOf('strict', 10_000_000, 64 * MB),
}

const file = fileURLToPath(import.meta.url)

function runApart(name: string): unknown {
  const { stdout, status } = spawnSync(process.execPath, ['--import', 'tsx', file, name], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`memory-floods ${name} has ended with ${status}`)
  console.log(name, stdout)
  return JSON.parse(stdout)
}

const [, started, name] = process.argv
if (started === file && name !== undefined) {
  console.log(JSON.stringify(await RUNS[name]?.()))
} else if (started === file) {
  const folder = fileURLToPath(new URL('results/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const machine = { node: process.version, platform: `${process.platform} ${process.arch}`, cores: cpus().length }
  const results = Object.fromEntries(Object.keys(RUNS).map((each) => [each, runApart(each)]))
  const result = { run: 'memory-floods', date: new Date().toISOString().slice(0, 10), ...machine, results }
  writeFileSync(`${folder}memory-floods.json`, `${JSON.stringify(result, null, 2)}\n`)
}
