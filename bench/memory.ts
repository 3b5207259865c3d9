import { openAsked } from './harness/asked.ts'
import { buildInside } from './harness/inside.ts'
import { medianOf, type Ratio, type Result, ratioOf } from './harness/result.ts'

const KINDS = ['nothing', 'merlon', 'express-rate-limit', 'rate-limiter-flexible'] as const
const PEERS = ['express-rate-limit', 'rate-limiter-flexible'] as const
const CLIENTS = [1, 100_000, 2_000_000] as const
const DECISIONS = 200_000
const ROUNDS = 9

/**
 * Counters by themselves: decisions a second of processor time, and the memory of a client, beside the usual stores. What
 * it takes to choose a client and make its key is taken off.
 */
export async function run(): Promise<Result> {
  const file = await buildInside()
  const ratios: Record<string, Ratio> = {}
  const figures: Record<string, number> = {}
  for (const clients of CLIENTS) {
    const at = `at ${clients} ${clients === 1 ? 'client' : 'clients'}`
    const stores = KINDS.map((kind) => ({ kind, asked: openAsked('memory', [kind, String(clients), file]) }))
    try {
      for (const { kind, asked } of stores) {
        const { rssBytes = Number.NaN, tableBytes = 0 } = await asked.ask({ decisions: 0 })
        if (clients > 1 && kind !== 'nothing') figures[`${kind} resident bytes a client ${at}`] = rssBytes / clients
        if (clients > 1 && tableBytes > 0) figures[`${kind} table bytes a client ${at}`] = tableBytes / clients
        await asked.ask({ decisions: DECISIONS })
      }
      const rounds: Record<string, number>[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const micros: Record<string, number> = {}
        for (const { kind, asked } of round % 2 === 0 ? stores : [...stores].reverse()) {
          micros[kind] = (await asked.ask({ decisions: DECISIONS }))['cpuMicros'] ?? Number.NaN
        }
        rounds.push(micros)
      }
      const own = (micros: Record<string, number>, kind: string) =>
        (micros[kind] as number) - (micros['nothing'] as number)
      figures[`merlon nanoseconds a decision ${at}`] = medianOf(
        rounds.map((each) => (own(each, 'merlon') * 1000) / DECISIONS),
      )
      for (const peer of PEERS) {
        const samples = rounds.map((each) => own(each, peer) / own(each, 'merlon'))
        ratios[`merlon/${peer} ${at}`] = ratioOf(samples)
      }
    } finally {
      await Promise.all(stores.map(({ asked }) => asked.stop()))
    }
  }
  return { ratios, figures }
}
