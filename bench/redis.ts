import { openCluster, openRedis, type RedisServers } from '../scripts/redis.ts'
import { type Asked, openAsked } from './harness/asked.ts'
import { buildInside } from './harness/inside.ts'
import { medianOf, type Ratio, type Result, ratioOf } from './harness/result.ts'

const KINDS = ['merlon', 'rate-limit-redis', 'rate-limiter-flexible'] as const
const PEERS = ['rate-limit-redis', 'rate-limiter-flexible'] as const
const DECISIONS = { 1: 20_000, 3: 7000 } as const
/** A process is hot after some 300,000 decisions, and then stays so. */
const WARM_UPS = { 1: 20, 3: 10 } as const
const ROUNDS = 15
const PACE_ROUNDS = 5

/** Well below what any of them could do. */
const PER_SECOND = 1000

interface Sample {
  readonly cpu: number
  readonly wall: number
  readonly calls: number
}

/**
 * Decisions over Redis by ioredis, 64 at a time, beside the usual stores: of one limit, and of three at once where theirs
 * are asked one after the other. Redis runs on the core of the load, the stores' processes on their own.
 */
export async function run(): Promise<Result> {
  const file = await buildInside()
  const [single, cluster] = await Promise.all([openRedis(), openCluster()])
  const open = (kind: string, { nodes }: RedisServers) =>
    openAsked('redis', [kind, nodes.map(({ port }) => port).join(), file])
  const stores = KINDS.map((kind) => ({ kind, asked: open(kind, single) }))
  const clustered = open('merlon', cluster)
  const ratios: Record<string, Ratio> = {}
  const figures: Record<string, number> = {}
  try {
    for (const limits of [1, 3] as const) {
      const what = limits === 1 ? 'one limit' : 'three limits'
      const rounds = await inTurns(stores, limits)
      for (const peer of PEERS) {
        const of = (name: keyof Sample) => rounds.map((each) => ratio(each, peer, 'merlon', name))
        ratios[`merlon/${peer}, ${what}, decisions a second`] = ratioOf(of('wall'))
        ratios[`merlon/${peer}, ${what}, decisions by the client's processor time`] = ratioOf(of('cpu'))
      }
      for (const kind of KINDS) {
        const samples = rounds.map((each) => each[kind] as Sample)
        figures[`${kind} decisions a second, ${what}`] = medianOf(samples.map(({ wall }) => 1000 / wall))
        figures[`${kind} µs of the client's processor, ${what}`] = medianOf(samples.map(({ cpu }) => cpu))
      }
      figures[`merlon round trips a decision, ${what}`] = medianOf(rounds.map((each) => each['merlon']?.calls ?? 0))
    }
    const paced = await paces(stores)
    for (const peer of PEERS) {
      ratios[`merlon/${peer} p99 at ${PER_SECOND} a second`] = ratioOf(
        paced.map((each) => (each[peer] as number) / (each['merlon'] as number)),
      )
    }
    for (const kind of KINDS) {
      figures[`${kind} p99 ms at ${PER_SECOND} a second`] = medianOf(paced.map((each) => each[kind] as number))
    }
    await sample(clustered, 1)
    const samples = [await sample(clustered, 1), await sample(clustered, 1), await sample(clustered, 1)]
    figures['merlon round trips a decision, one limit, three nodes'] = medianOf(samples.map(({ calls }) => calls))
    figures['merlon decisions a second, one limit, three nodes'] = medianOf(samples.map(({ wall }) => 1000 / wall))
    figures["merlon µs of the client's processor, one limit, three nodes"] = medianOf(samples.map(({ cpu }) => cpu))
    return { ratios, figures }
  } finally {
    await Promise.all([...stores.map(({ asked }) => asked.stop()), clustered.stop()])
    await Promise.all([single.stop(), cluster.stop()])
  }
}

type Store = { readonly kind: string; readonly asked: Asked }

/** Each in the other order than the last: what else the machine does falls on all alike. */
async function inTurns(stores: readonly Store[], limits: 1 | 3): Promise<Record<string, Sample>[]> {
  for (let times = 0; times < WARM_UPS[limits]; times++) for (const { asked } of stores) await sample(asked, limits)
  const rounds: Record<string, Sample>[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const samples: Record<string, Sample> = {}
    for (const { kind, asked } of round % 2 === 0 ? stores : [...stores].reverse()) {
      samples[kind] = await sample(asked, limits)
    }
    rounds.push(samples)
  }
  return rounds
}

/** All per decision, which of three limits is one. */
async function sample(asked: Asked, limits: 1 | 3): Promise<Sample> {
  const decisions = DECISIONS[limits]
  const { cpuMicros = 0, wallMs = 0, calls = 0 } = await asked.ask({ limits, decisions })
  return { cpu: cpuMicros / decisions, wall: wallMs / decisions, calls: calls / decisions }
}

async function paces(stores: readonly Store[]): Promise<Record<string, number>[]> {
  const rounds: Record<string, number>[] = []
  for (let round = 0; round < PACE_ROUNDS; round++) {
    const samples: Record<string, number> = {}
    for (const { kind, asked } of round % 2 === 0 ? stores : [...stores].reverse()) {
      samples[kind] = (await asked.ask({ perSecond: PER_SECOND, seconds: 1 }))['p99Ms'] ?? Number.NaN
    }
    rounds.push(samples)
  }
  return rounds
}

function ratio(samples: Record<string, Sample>, peer: string, own: string, name: keyof Sample): number {
  return (samples[peer]?.[name] ?? Number.NaN) / (samples[own]?.[name] ?? Number.NaN)
}
