import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import type { Limit, LimitSet, OnFailure, StoreEvent } from '../packages/merlon/src/contract/counters.ts'
import { Subject } from '../packages/merlon/src/contract/counters.ts'
import { redisCounters } from '../packages/merlon/src/stores/redis/index.ts'
import { openReplicated, type RedisServer } from '../scripts/redis.ts'
import { RedisAddress } from './redis-address.ts'

/** What was done to Redis, and what became of the decisions meanwhile. */
export interface Fault {
  readonly kind: 'stopped' | 'stalled' | 'failed over'
  /** Of decisions while the breaker was open, less what they take while Redis answers. */
  readonly addedP99Ms: number
  /** The slowest of all, those included that still waited. */
  readonly worstMs: number
  readonly decisions: number
  readonly admitted: number
  /** From when Redis was there again until it decided again. */
  readonly recoveredMs: number
}

export interface LostRun {
  readonly onFailure: OnFailure
  readonly usualP99Ms: number
  readonly decisions: number
  readonly failedDecisions: number
  readonly unhandled: number
  readonly events: Readonly<Record<string, number>>
  readonly faults: readonly Fault[]
}

interface Sample {
  readonly atMs: number
  readonly tookMs: number
  readonly admits: boolean
  readonly degraded: boolean
}

const SUBJECTS = 200
const EVERY_MS = 5
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Asks for decisions at a fixed rate, and keeps what each took. */
class Load {
  readonly samples: Sample[] = []
  failed = 0
  readonly #set: LimitSet
  readonly #subjects = Array.from({ length: SUBJECTS }, (_, at) => new Subject(`a3:${at}`, undefined))
  readonly #timer: NodeJS.Timeout
  #next = 0

  constructor(set: LimitSet, perSecond: number) {
    this.#set = set
    const each = Math.max(1, Math.round((perSecond * EVERY_MS) / 1000))
    this.#timer = setInterval(() => {
      for (let at = 0; at < each; at++) void this.#ask()
    }, EVERY_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #ask(): Promise<void> {
    const atMs = performance.now()
    this.#next = (this.#next + 1) % SUBJECTS
    try {
      const [reading] = await this.#set.charge([this.#subjects[this.#next] as Subject], [1], atMs)
      const tookMs = performance.now() - atMs
      this.samples.push({
        atMs,
        tookMs,
        admits: reading?.admits === true,
        degraded: reading?.degraded !== undefined,
      })
    } catch {
      this.failed++
    }
  }

  since(fromMs: number, untilMs = Number.POSITIVE_INFINITY): Sample[] {
    return this.samples.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs)
  }
}

function p99(samples: readonly Sample[]): number {
  const sorted = samples.map(({ tookMs }) => tookMs).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0
}

const round = (ms: number) => Math.round(ms * 100) / 100

/** Stops, stalls and fails Redis over while decisions are asked for. */
export async function measure(onFailure: OnFailure, perSecond: number, faultMs: number): Promise<LostRun> {
  const servers = await openReplicated()
  const address = new RedisAddress(servers.primary.port)
  const port = await address.open()
  const client = new Redis(port, {
    retryStrategy: (times) => Math.min(times * 50, 500),
    maxRetriesPerRequest: 1,
    autoResendUnfulfilledCommands: false,
  })
  client.on('error', () => {})
  let unhandled = 0
  const count = () => {
    unhandled++
  }
  process.on('unhandledRejection', count)
  const counters = redisCounters({ client })
  const events: Record<string, number> = {}
  let lostMs = Number.POSITIVE_INFINITY
  const tell = ({ kind }: StoreEvent) => {
    events[kind] = (events[kind] ?? 0) + 1
    if (kind === 'store-lost') lostMs = performance.now()
  }
  counters.attach({ instances: 2, secret: new Uint8Array(32).fill(7), tell })
  const limit: Limit = {
    id: 'soak',
    name: 'soak',
    algorithm: 'gcra',
    quota: 6000,
    windowMs: 60_000,
    burst: 6000,
    overflowTimes: 16,
    onFailure,
  }
  await counters.ready()
  const load = new Load(counters.prepare([limit]), perSecond)
  try {
    await wait(500)
    const usualFrom = performance.now()
    await wait(1000)
    const usualP99Ms = p99(load.since(usualFrom))
    const faults: Fault[] = []
    const fault = async (kind: Fault['kind'], breakIt: () => unknown, mendIt: () => unknown) => {
      const from = performance.now()
      lostMs = Number.POSITIVE_INFINITY
      await breakIt()
      await wait(faultMs)
      const samples = load.since(from)
      await mendIt()
      const back = performance.now()
      const isBack = () => load.since(back).some(({ degraded }) => !degraded)
      while (!isBack() && performance.now() < back + 10_000) await wait(5)
      const recovered = load.since(back).find(({ degraded }) => !degraded)
      faults.push({
        kind,
        addedP99Ms: round(Math.max(0, p99(samples.filter(({ atMs }) => atMs > lostMs)) - usualP99Ms)),
        worstMs: round(Math.max(...samples.map(({ tookMs }) => tookMs))),
        decisions: samples.length,
        admitted: samples.filter(({ admits }) => admits).length,
        recoveredMs: recovered === undefined ? Number.POSITIVE_INFINITY : round(recovered.atMs - back),
      })
      await wait(500)
    }
    const { primary, replica } = servers
    await fault(
      'stopped',
      () => primary.kill(),
      () => primary.restart(),
    )
    await fault(
      'stalled',
      () => primary.pause(),
      () => primary.resume(),
    )
    await waitFor(replica, 'master_link_status:up')
    await fault(
      'failed over',
      async () => {
        await primary.kill()
        address.point(undefined)
      },
      async () => {
        await replica.command('REPLICAOF', 'NO', 'ONE')
        address.point(replica.port)
      },
    )
    load.stop()
    await wait(100)
    return {
      onFailure,
      usualP99Ms: round(usualP99Ms),
      decisions: load.samples.length,
      failedDecisions: load.failed,
      unhandled,
      events,
      faults,
    }
  } finally {
    load.stop()
    await counters.close()
    client.disconnect()
    address.close()
    await servers.stop()
    process.off('unhandledRejection', count)
  }
}

async function waitFor(server: RedisServer, state: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if ((await server.command('INFO', 'replication')).includes(state)) return
    await wait(20)
  }
  throw new Error(`the replica has not come to ${state}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const here = fileURLToPath(new URL('.', import.meta.url))
  const runs: LostRun[] = []
  for (const onFailure of ['local', 'open', 'closed'] as const) runs.push(await measure(onFailure, 2000, 10_000))
  mkdirSync(`${here}results`, { recursive: true })
  const machine = { node: process.version, platform: `${process.platform} ${process.arch}`, cores: cpus().length }
  const result = { run: 'store-lost', date: new Date().toISOString().slice(0, 10), ...machine, runs }
  writeFileSync(`${here}results/store-lost.json`, `${JSON.stringify(result, null, 2)}\n`)
  for (const { onFailure, usualP99Ms, unhandled, failedDecisions, faults } of runs) {
    console.log(`${onFailure}: usual p99 ${usualP99Ms} ms, ${unhandled} unhandled, ${failedDecisions} failed`)
    for (const { kind, addedP99Ms, recoveredMs } of faults) {
      console.log(`  ${kind}: p99 ${addedP99Ms} ms more, back after ${recoveredMs} ms`)
    }
  }
}
