import { Load } from './load.ts'
import { medianOf, type Ratio, type Result, ratioOf } from './result.ts'
import type { Served } from './served.ts'
import { stopAll } from './stop-all.ts'

const CONNECTIONS = 16
const WARM_UP = 20_000
const REQUESTS = 2500
const ROUNDS = 15
const PACE_ROUNDS = 5

/** For the 99th percentile: well below what any of the servers could do. */
const PER_SECOND = 1000
const PACE_SECONDS = 1

interface Sample {
  readonly cpu: number
  readonly wall: number
}

type Servers = Readonly<Record<string, Served>>
type Pairs = readonly (readonly [string, string])[]

interface Measured {
  readonly rounds: Record<string, Sample>[]
  readonly late: Record<string, number>[]
}

/**
 * Loads servers in turns, each for a moment, and compares what was measured within a turn: whatever else the machine
 * does disturbs neighbours alike. `pairs` are the ratios to tell, `merlon/bare`: requests a second of processor time of
 * the one over those of the other; the wall's beside it, and how often the one's 99th percentile contains the other's.
 */
export async function compare(servers: Servers, pairs: Pairs): Promise<Result> {
  return tell(pairs, Object.keys(servers), await load(servers, ROUNDS, PACE_ROUNDS))
}

/** Of two processes of the same program one can be a third slower for all its life, by where its memory came to lie. */
const LIVES = 3

/** The same with servers that are started anew after every few rounds. */
export async function compareLives(start: () => Promise<Servers>, pairs: Pairs): Promise<Result> {
  const all: Measured = { rounds: [], late: [] }
  let names: readonly string[] = []
  for (let life = 0; life < LIVES; life++) {
    const servers = await start()
    names = Object.keys(servers)
    try {
      const { rounds, late } = await load(servers, ROUNDS / LIVES, Math.ceil(PACE_ROUNDS / LIVES))
      all.rounds.push(...rounds)
      all.late.push(...late)
    } finally {
      await stopAll(servers)
    }
  }
  return tell(pairs, names, all)
}

async function load(servers: Servers, count: number, paceCount: number): Promise<Measured> {
  const names = Object.keys(servers)
  const loads = new Map(names.map((name) => [name, new Load((servers[name] as Served).port, CONNECTIONS)]))
  const loadOf = (name: string) => loads.get(name) as Load
  for (const name of names) await loadOf(name).run(WARM_UP)

  const rounds: Record<string, Sample>[] = []
  for (let round = 0; round < count; round++) {
    const samples: Record<string, Sample> = {}
    for (const name of turn(names, round)) samples[name] = await measure(servers[name] as Served, loadOf(name))
    rounds.push(samples)
  }
  const late: Record<string, number>[] = []
  for (let round = 0; round < paceCount; round++) {
    const samples: Record<string, number> = {}
    for (const name of turn(names, round)) {
      samples[name] = percentile(await loadOf(name).pace(PER_SECOND, PACE_SECONDS), 0.99)
    }
    late.push(samples)
  }
  for (const load of loads.values()) load.close()
  return { rounds, late }
}

function tell(pairs: Pairs, names: readonly string[], { rounds, late }: Measured): Result {
  const ratios: Record<string, Ratio> = {}
  const of = (samples: Record<string, Sample>, name: string) => samples[name] as Sample
  for (const [a, b] of pairs) {
    ratios[`${a}/${b}`] = ratioOf(rounds.map((each) => of(each, b).cpu / of(each, a).cpu))
    ratios[`${a}/${b} by wall time`] = ratioOf(rounds.map((each) => of(each, b).wall / of(each, a).wall))
    ratios[`${a}/${b} p99 at ${PER_SECOND} a second`] = ratioOf(
      late.map((each) => (each[b] as number) / (each[a] as number)),
    )
  }
  const figures: Record<string, number> = {}
  for (const name of names) {
    figures[`${name} µs of processor a request`] = medianOf(rounds.map((each) => of(each, name).cpu))
    figures[`${name} p99 ms`] = medianOf(late.map((each) => each[name] as number))
  }
  return { ratios, figures }
}

/** Nobody is always the first, or always behind the same one. */
function turn<T>(list: readonly T[], round: number): T[] {
  const from = round % list.length
  const turned = [...list.slice(from), ...list.slice(0, from)]
  return round % 2 === 0 ? turned : turned.reverse()
}

async function measure(server: Served, load: Load): Promise<Sample> {
  const before = await server.usage()
  const startMs = performance.now()
  await load.run(REQUESTS)
  const wall = performance.now() - startMs
  const after = await server.usage()
  return { cpu: (after.cpuMicros - before.cpuMicros) / REQUESTS, wall }
}

function percentile(samples: number[], share: number): number {
  samples.sort((a, b) => a - b)
  return samples[Math.floor((samples.length - 1) * share)] ?? Number.NaN
}
