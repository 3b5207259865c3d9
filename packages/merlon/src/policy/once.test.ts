import { expect, test } from 'vitest'
import { once } from './once.ts'

test('it is made at the first need, and once, even where it is undefined', () => {
  let times = 0
  const nothing = once(() => {
    times++
    return undefined
  })
  expect(times).toBe(0)
  expect([nothing(), nothing()]).toEqual([undefined, undefined])
  expect(times).toBe(1)
})

test('it is the same for everybody', () => {
  const it = once(() => ({}))
  expect(it()).toBe(it())
})
