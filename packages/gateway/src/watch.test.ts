import { expect, test } from 'vitest'
import { Watch } from './watch.ts'

test('shows the time to all that is watched, until it is let go', () => {
  let nowMs = 0
  const watch = new Watch(1000, () => nowMs)
  const seen: number[] = []
  const one = { inspect: (at: number) => void seen.push(at) }
  watch.add(one)
  watch.tick()
  nowMs = 5
  watch.tick()
  watch.remove(one)
  watch.tick()
  expect(seen).toEqual([0, 5])
  watch.close()
})

test('one may be let go while all are looked at', () => {
  const watch = new Watch(1000, () => 0)
  let looks = 0
  const one = {
    inspect: () => {
      looks++
      watch.remove(one)
    },
  }
  watch.add(one)
  watch.add({ inspect: () => void looks++ })
  watch.tick()
  watch.tick()
  expect(looks).toBe(3)
  expect(watch.size).toBe(1)
  watch.close()
  expect(watch.size).toBe(0)
})
