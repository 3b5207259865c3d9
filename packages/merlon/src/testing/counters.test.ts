import { expect, test } from 'vitest'
import { type Limit, Subject } from '../contract/counters.ts'
import { TestCounters } from './counters.ts'

test('ten times as many of a sign-in are more than a strict window keeps, and are admitted all the same', async () => {
  const login: Limit = {
    id: 'login',
    name: 'login',
    algorithm: 'strict',
    quota: 5,
    windowMs: 900_000,
    burst: 5,
    overflowTimes: 1,
  }
  const penalty: Limit = {
    ...login,
    id: 'penalty',
    algorithm: 'penalty',
    penalty: { after: 2, withinMs: 900_000, banMs: [60_000], forgetMs: 86_400_000 },
  }
  const set = new TestCounters({ times: 10 }, () => 0).prepare([login, penalty])
  const who = new Subject('a', undefined)
  const ask = async () => (await set.charge([who, who], [1, 1], 0)).map(({ admits }) => admits)
  for (let at = 0; at < 50; at++) expect(await ask()).toEqual([true, true])
  for (let at = 0; at < 19; at++) expect(await ask()).toEqual([false, true])
  expect(await ask()).toEqual([false, false])
})
