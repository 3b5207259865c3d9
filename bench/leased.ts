import { openRedis } from '../scripts/redis.ts'
import { openAsked } from './harness/asked.ts'
import { buildInside } from './harness/inside.ts'
import { medianOf, type Ratio, type Result, ratioOf } from './harness/result.ts'

const DECISIONS = { nothing: 2_000_000, leased: 2_000_000, exact: 60_000, 'rate-limiter-flexible': 30_000 } as const
const KINDS = ['nothing', 'leased', 'exact', 'rate-limiter-flexible'] as const
const ROUNDS = 9

type Sample = Readonly<Record<'cpu' | 'wall' | 'late', number>>

/**
 * Decisions of a few clients that come all the time, over Redis by ioredis, 64 at a time: leased and exact, beside a
 * store that asks for each. Redis runs on the core of the load, the stores' processes on their own. What it takes to ask
 * and to wait for the loop's next turn is taken off.
 */
export async function run(): Promise<Result> {
  const file = await buildInside()
  const redis = await openRedis()
  const stores = KINDS.map((kind) => ({ kind, asked: openAsked('leased', [kind, String(redis.node.port), file]) }))
  const sample = async ({ kind, asked }: (typeof stores)[number]): Promise<Sample> => {
    const decisions = DECISIONS[kind]
    const { cpuMicros = 0, wallMs = 0, late = 0 } = await asked.ask({ decisions })
    return { cpu: cpuMicros / decisions, wall: wallMs / decisions, late: late / decisions }
  }
  try {
    for (const store of stores) await sample(store)
    const rounds: Record<(typeof KINDS)[number], Sample>[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const samples: Partial<Record<(typeof KINDS)[number], Sample>> = {}
      for (const store of round % 2 === 0 ? stores : [...stores].reverse()) samples[store.kind] = await sample(store)
      rounds.push(samples as Record<(typeof KINDS)[number], Sample>)
    }
    const ratios: Record<string, Ratio> = {}
    const figures: Record<string, number> = {}
    const own = (each: Record<(typeof KINDS)[number], Sample>, kind: (typeof KINDS)[number]) =>
      each[kind].cpu - each.nothing.cpu
    // By processor time alone: what waits for another process takes as long as the machine lets it.
    for (const kind of ['leased', 'exact'] as const) {
      ratios[`${kind}/rate-limiter-flexible`] = ratioOf(
        rounds.map((each) => own(each, 'rate-limiter-flexible') / own(each, kind)),
      )
    }
    for (const kind of ['leased', 'exact', 'rate-limiter-flexible'] as const) {
      figures[`${kind} decisions a second, with all that the bench takes`] = medianOf(
        rounds.map((each) => 1000 / each[kind].wall),
      )
    }
    figures['leased decisions that went to Redis, of a million'] = medianOf(
      rounds.map(({ leased }) => leased.late * 1e6),
    )
    return { ratios, figures }
  } finally {
    await Promise.all(stores.map(({ asked }) => asked.stop()))
    await redis.stop()
  }
}
