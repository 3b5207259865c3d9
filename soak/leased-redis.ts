import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Limit } from '../packages/merlon/src/contract/counters.ts'
import { leasedBound } from '../packages/merlon/src/contract/leased-bound.ts'
import { openReplicated } from '../scripts/redis.ts'
import { RedisAddress } from './redis-address.ts'

/** What one process is told. */
export interface Turn {
  readonly limit: Limit
  readonly forMs: number
  readonly everyMs: number
  readonly each: number
}

export interface LeasedRun {
  readonly failedOver: boolean
  readonly admitted: number
  /** Of these, without asking Redis. */
  readonly fromSlices: number
  /** Units decided in memory and by Redis that were more than the limit allows in any time at all. */
  readonly over: number
}

export interface LeasedRuns {
  readonly processes: number
  readonly quota: number
  readonly windowMs: number
  /** What `over` may be: the bound, and what the limit admits while an answer may be on its way. */
  readonly bound: number
  readonly slack: number
  readonly worst: number
  readonly runs: readonly LeasedRun[]
}

const here = fileURLToPath(new URL('.', import.meta.url))
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const QUOTA = 4000
const WINDOW_MS = 10_000
/** As long as an answer is waited for: what it tells of was charged up to that much earlier. */
const ANSWER_MS = 25

/** The processes, of which one dies in each run and is replaced. */
class Fleet {
  readonly #port: number
  readonly #folder: string
  readonly #count: number
  readonly processes: ChildProcess[] = []
  #started = 0

  constructor(port: number, folder: string, count: number) {
    this.#port = port
    this.#folder = folder
    this.#count = count
  }

  async fill(): Promise<void> {
    const fresh: ChildProcess[] = []
    while (this.processes.length < this.#count) {
      const words = [this.#port, this.#count, join(this.#folder, `${this.#started++}`)].map(String)
      const child = fork(`${here}leased-process.ts`, words, { cwd: `${here}..`, execArgv: ['--import', 'tsx'] })
      this.processes.push(child)
      fresh.push(child)
    }
    await Promise.all(fresh.map((child) => said(child, 'ready')))
  }

  kill(): void {
    this.processes.shift()?.kill('SIGKILL')
  }

  stop(): void {
    for (const child of this.processes) child.kill('SIGKILL')
  }
}

function said(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      if (message === word) resolve()
    })
    child.once('exit', (code) => reject(new Error(`a process ended with ${code} before it was ${word}`)))
  })
}

/** All that was admitted of a limit, in order; what a process was writing as it was killed may be cut off. */
function admittedOf(folder: string, id: string): [atMs: number, units: number, fromSlice: boolean][] {
  return readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .map((line) => line.split(' '))
    .filter(([of]) => of === id)
    .map(([, atMs, units, by]): [number, number, boolean] => [Number(atMs), Number(units), by === 'slice'])
    .sort(([a], [b]) => a - b)
}

/** By how much more than burst and rate allow was admitted, in whatever time it was most. */
function overOf(admitted: readonly (readonly [number, number, boolean])[], { quota, windowMs, burst }: Limit): number {
  let sum = 0
  let least = Number.POSITIVE_INFINITY
  let over = 0
  for (const [atMs, units] of admitted) {
    const paid = (atMs * quota) / windowMs
    least = Math.min(least, sum - paid)
    sum += units
    over = Math.max(over, sum - paid - least - burst)
  }
  return Math.ceil(over)
}

/** So many runs of so many processes: in each one is killed, one is stopped past its slices, and in some Redis fails over. */
export async function measure(runs: number, processes: number): Promise<LeasedRuns> {
  const folder = mkdtempSync(join(tmpdir(), 'merlon-leased-'))
  const results: LeasedRun[] = []
  let servers = await openReplicated()
  const address = new RedisAddress(servers.primary.port)
  const fleet = new Fleet(await address.open(), folder, processes)
  const limitOf = (run: number): Limit => ({
    id: `run${run}`,
    name: 'hot',
    algorithm: 'gcra',
    quota: QUOTA,
    windowMs: WINDOW_MS,
    burst: QUOTA,
    overflowTimes: 16,
    counting: 'leased',
    // What the shares admit while Redis is away is another bound, and not what is measured here.
    onFailure: 'closed',
  })
  try {
    for (let run = 0; run < runs; run++) {
      await fleet.fill()
      const limit = limitOf(run)
      const [, stopped, ...others] = fleet.processes
      const ends = others.map((child) => said(child, 'done'))
      const forMs = 2200 + Math.random() * 400
      for (const [at, child] of fleet.processes.entries()) {
        const turn: Turn = { limit, forMs, everyMs: 2 + (at % 3), each: 4 + Math.floor(Math.random() * 12) }
        child.send(turn)
      }
      await wait(40 + Math.random() * 300)
      stopped?.kill('SIGSTOP')
      await wait(Math.random() * 200)
      fleet.kill()
      const failsOver = run % 4 === 3
      if (failsOver) {
        await servers.primary.command('WAIT', '1', '200')
        await servers.primary.kill()
        address.point(undefined)
        await wait(200)
        await servers.replica.command('REPLICAOF', 'NO', 'ONE')
        address.point(servers.replica.port)
      }
      await wait(1200)
      stopped?.kill('SIGCONT')
      await Promise.all(ends)
      await wait(50)
      const admitted = admittedOf(folder, limit.id)
      const sum = admitted.reduce((total, [, units]) => total + units, 0)
      const fromSlices = admitted.reduce((total, [, units, fromSlice]) => total + (fromSlice ? units : 0), 0)
      results.push({ failedOver: failsOver, admitted: sum, fromSlices, over: overOf(admitted, limit) })
      for (const child of fleet.processes) child.removeAllListeners()
      if (failsOver) {
        await servers.stop()
        servers = await openReplicated()
        address.point(servers.primary.port)
        await wait(700)
      }
    }
  } finally {
    fleet.stop()
    address.close()
    await servers.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return {
    processes,
    quota: QUOTA,
    windowMs: WINDOW_MS,
    bound: leasedBound(limitOf(0), processes),
    slack: Math.ceil((QUOTA / WINDOW_MS) * ANSWER_MS),
    worst: Math.max(...results.map(({ over }) => over)),
    runs: results,
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await measure(Number(process.argv[2] ?? 100), 8)
  mkdirSync(`${here}results`, { recursive: true })
  const machine = { node: process.version, platform: `${process.platform} ${process.arch}`, cores: cpus().length }
  const head = { run: 'leased-redis', date: new Date().toISOString().slice(0, 10), ...machine }
  writeFileSync(`${here}results/leased-redis.json`, `${JSON.stringify({ ...head, ...result }, null, 2)}\n`)
  console.log(`${result.runs.length} runs: at most ${result.worst} units over, where ${result.bound} may be`)
}
