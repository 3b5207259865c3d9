import { expect, test } from 'vitest'
import { measure } from '../../../../../soak/leased-redis.ts'

// The long run is soak/leased-redis.ts, its result beside it.
test('processes of which one is killed and one stopped past its slices admit no more than the bound over', async () => {
  const { runs, bound, slack, worst } = await measure(1, 4)
  expect(worst).toBeLessThanOrEqual(bound + slack)
  const [run] = runs
  expect(run?.fromSlices).toBeGreaterThan((run?.admitted ?? 0) / 4)
}, 60_000)
