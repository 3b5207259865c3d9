import { expect, test } from 'vitest'
import { nodePlatform } from './platform.ts'
import { pressure } from './pressure.ts'

const now = () => nodePlatform.now()

/** Turns of the loop that each take so long. */
async function turns(count: number, ms: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    const until = now() + ms
    while (now() < until);
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('a loop whose turns are all long is late; one long turn alone is not, and what is over is over', async () => {
  const from = now()
  expect(pressure(from)).toEqual({ lagMs: 0, memory: 0 })
  // As if a second had gone by.
  pressure(from + 1001)
  await turns(5, 80)
  const busy = { ...pressure(from + 2000) }
  expect(busy.lagMs).toBeGreaterThan(40)
  expect(busy.memory).toBeGreaterThan(0)
  expect(busy.memory).toBeLessThan(1)

  const idle = () => new Promise((resolve) => setTimeout(resolve, 120))
  await idle()
  await turns(1, 150)
  await idle()
  expect(pressure(from + 3000).lagMs).toBeLessThan(40)
})

test('it is not looked at again before a tenth of a second has gone by', async () => {
  const at = now() + 10_000
  const { memory } = pressure(at)
  const held = new Array(1_000_000).fill(0)
  expect(pressure(at + 99).memory).toBe(memory)
  expect(held).toHaveLength(1_000_000)
})
