import { describe, expect, test } from 'vitest'
import { type Limit, type Override, Subject } from '../../contract/counters.ts'
import { limitOf, One, type Open, unique } from './opened.fixture.ts'

const MINUTE = 60_000

function penaltyOf(after: number): Limit {
  const penalty = { after, withinMs: MINUTE, banMs: [MINUTE, 10 * MINUTE], forgetMs: 60 * MINUTE }
  return limitOf({ algorithm: 'penalty', quota: after, windowMs: MINUTE, penalty })
}

/** Penalties, and what operators do: bans, their end, overrides. */
export function operatorsSuite(name: string, open: Open): void {
  describe(`${name}: penalties`, () => {
    test('ban for a growing time who is refused too often, and forget it in the end', async () => {
      const opened = await open()
      const [limit, penalty] = [limitOf({ algorithm: 'gcra', quota: 1, windowMs: MINUTE }), penaltyOf(3)]
      const who = new Subject(unique(), undefined)
      const set = opened.counters.prepare([limit, penalty])
      const ask = async () => (await set.charge([who, who], [1, 1], opened.now()))[1]
      const offend = async () => {
        for (let tries = 0; tries < 4; tries++) await ask()
        return (await ask())?.retryMs
      }
      expect(await offend()).toBe(MINUTE)
      opened.advance(MINUTE - 1)
      expect(await ask()).toMatchObject({ admits: false, retryMs: 1 })
      opened.advance(1)
      expect(await ask()).toMatchObject({ admits: true, retryMs: 0 })
      expect(await offend()).toBe(10 * MINUTE)
      opened.advance(10 * MINUTE)
      expect(await offend()).toBe(10 * MINUTE)
      opened.advance(70 * MINUTE)
      expect(await offend()).toBe(MINUTE)
      await opened.close?.()
    })

    test('are charged nothing, and refusals of a ban itself do not make it longer', async () => {
      const opened = await open()
      const penalty = penaltyOf(2)
      const who = new Subject(unique(), undefined)
      const one = new One(opened, penalty, who)
      expect(await one.admitted(20)).toBe(20)
      await opened.counters.ban(penalty, who, 5000)
      expect(await one.admitted(20)).toBe(0)
      expect(await one.read()).toMatchObject({ admits: false, remaining: 0, retryMs: 5000 })
      opened.advance(5000)
      expect(await one.admitted(1)).toBe(1)
      await opened.close?.()
    })

    test('are listed with whom they ban, and an operator lifts them', async () => {
      const opened = await open()
      const penalty = penaltyOf(2)
      const who = new Subject(`a11:${unique()}`, undefined)
      const one = new One(opened, penalty, who)
      await one.read()
      const mine = async () => (await opened.counters.bans()).filter(({ limit }) => limit === penalty.id)
      await opened.counters.ban(penalty, who, 5000)
      const [ban] = await mine()
      expect(ban).toMatchObject({ subject: who.key, limit: penalty.id, times: 1 })
      await opened.counters.unban(penalty, who)
      expect([await mine(), await one.admitted(1)]).toEqual([[], 1])
      await opened.counters.ban(penalty, who, 5000)
      opened.advance(5000)
      expect(await mine()).toEqual([])
      await opened.counters.ban(penalty, who, 5000)
      await one.forget()
      expect([await mine(), await one.admitted(1)]).toEqual([[], 1])
      await opened.close?.()
    })
  })

  describe(`${name}: overrides`, () => {
    test('are told to whoever watches, at the start and at every change', async () => {
      const opened = await open()
      const { overrides } = opened.counters
      const principal = `user:${unique()}`
      const seen: (string | undefined)[] = []
      const mineOf = (all: readonly Override[]) => all.find((each) => each.principal === principal)
      const end = overrides.watch((all) => seen.push(mineOf(all)?.tier))
      await overrides.set({ principal, tier: 'pro' })
      expect(mineOf(await overrides.list())).toEqual({ principal, tier: 'pro' })
      await expect.poll(() => seen.at(-1)).toBe('pro')
      const limits = { general: { quota: 9, windowMs: 1000 } }
      await overrides.set({ principal, limits })
      expect(mineOf(await overrides.list())).toEqual({ principal, limits })
      await overrides.remove(principal)
      expect(mineOf(await overrides.list())).toBeUndefined()
      await expect.poll(() => seen.at(-1)).toBeUndefined()
      expect(seen[0]).toBeUndefined()
      end()
      const { length } = seen
      await overrides.set({ principal, tier: 'free' })
      expect(seen).toHaveLength(length)
      await overrides.remove(principal)
      await opened.close?.()
    })
  })

  describe(`${name}: reset`, () => {
    test('forgets everything', async () => {
      const opened = await open()
      const one = new One(opened, limitOf({ algorithm: 'strict', quota: 2 }), new Subject(unique(), undefined))
      expect(await one.admitted(5)).toBe(2)
      await opened.counters.reset()
      expect(await one.admitted(5)).toBe(2)
      await opened.close?.()
    })
  })
}
