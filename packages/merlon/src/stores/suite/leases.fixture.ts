import { describe, expect, test } from 'vitest'
import { type ConcurrencyLimit, Subject } from '../../contract/counters.ts'
import { type Open, unique } from './opened.fixture.ts'

function placesOf(most: number, leaseMs = 30_000): ConcurrencyLimit {
  return { id: unique(), name: 'places', most, leaseMs }
}

/** Places among those that may run at once. */
export function leasesSuite(name: string, open: Open): void {
  describe(`${name}: places`, () => {
    test('are as many as there are, for each subject, and free again once given back', async () => {
      const opened = await open()
      const limit = placesOf(2)
      const set = opened.counters.prepareLeases([limit])
      const [ann, ben] = [new Subject(unique(), undefined), new Subject(unique(), undefined)]
      const acquire = (who: Subject) => set.acquire([who], opened.now())
      const held = [await acquire(ann), await acquire(ann)]
      expect(held.map(({ refusedBy }) => refusedBy)).toEqual([undefined, undefined])
      const refused = await acquire(ann)
      expect(refused.refusedBy?.id).toBe(limit.id)
      refused.release()
      expect((await acquire(ann)).refusedBy?.id).toBe(limit.id)
      expect((await acquire(ben)).refusedBy).toBeUndefined()
      for (let times = 0; times < 3; times++) held[0]?.release()
      await settled(opened)
      expect((await acquire(ann)).refusedBy).toBeUndefined()
      expect((await acquire(ann)).refusedBy?.id).toBe(limit.id)
      await opened.close?.()
    })

    test('of several limits are taken in all of them, or in none', async () => {
      const opened = await open()
      const [wide, narrow] = [placesOf(3), placesOf(1)]
      const [ann, all] = [new Subject(unique(), undefined), new Subject(unique(), undefined)]
      const set = opened.counters.prepareLeases([wide, narrow])
      const first = await set.acquire([all, ann], opened.now())
      for (let tries = 0; tries < 5; tries++) {
        expect((await set.acquire([all, ann], opened.now())).refusedBy?.id).toBe(narrow.id)
      }
      const alone = opened.counters.prepareLeases([wide])
      expect((await alone.acquire([all], opened.now())).refusedBy).toBeUndefined()
      expect((await alone.acquire([all], opened.now())).refusedBy).toBeUndefined()
      expect((await alone.acquire([all], opened.now())).refusedBy?.id).toBe(wide.id)
      first.release()
      await settled(opened)
      expect((await alone.acquire([all], opened.now())).refusedBy).toBeUndefined()
      await opened.close?.()
    })
  })
}

/** What was given back without waiting has arrived once something else has been answered. */
async function settled(opened: Awaited<ReturnType<Open>>): Promise<void> {
  await opened.counters.overrides.list()
}
