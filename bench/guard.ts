import { openAsked } from './harness/asked.ts'
import { buildInside } from './harness/inside.ts'
import { type Result, ratioOf } from './harness/result.ts'

const PASSES = 200_000
const ROUNDS = 15

/** Passes a second of processor time, ten routes with three limits each and a thousand clients: no host, no network. */
export async function run(): Promise<Result> {
  const guard = openAsked('guard', [await buildInside()])
  const perSecond = async (leaves: boolean) => {
    const { cpuMicros = Number.NaN } = await guard.ask({ passes: PASSES, leaves })
    return (PASSES / cpuMicros) * 1e6
  }
  try {
    await perSecond(false)
    await perSecond(true)
    const passes: number[] = []
    const answered: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      passes.push(await perSecond(false))
      answered.push(await perSecond(true))
    }
    return {
      ratios: {
        'passes a second/a million': ratioOf(passes.map((each) => each / 1e6)),
        "passes with an answer's headers a second/a million": ratioOf(answered.map((each) => each / 1e6)),
      },
    }
  } finally {
    await guard.stop()
  }
}
