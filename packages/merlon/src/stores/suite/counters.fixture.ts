import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Algorithm, Subject } from '../../contract/counters.ts'
import { limitsFor, Play, turns } from './interleavings.fixture.ts'
import { leasesSuite } from './leases.fixture.ts'
import { limitOf, One, type Open, unique } from './opened.fixture.ts'
import { operatorsSuite } from './operators.fixture.ts'

export interface SuiteOptions {
  /** Interleavings for each algorithm, and as many for all of them together. */
  readonly runs: number
  /** Default: by time, or the variable SEED. */
  readonly seed?: number
}

const ALGORITHMS: readonly Algorithm[] = ['gcra', 'sliding-window', 'fixed-window', 'strict']

const WINDOW = 60_000

/** What every store of counters has to do, whatever it keeps them in. */
export function countersSuite(name: string, open: Open, { runs, seed = seedOf() }: SuiteOptions): void {
  describe(`${name}: what is admitted`, () => {
    const cases: [string, readonly Algorithm[]][] = ALGORITHMS.map((each) => [each, [each]])
    const mixed = ['all of them together', [...ALGORITHMS, 'penalty']] as (typeof cases)[number]
    test.each([...cases, mixed])('is what the model admits: %s', async (_, algorithms) => {
      console.info(`seed ${seed}`)
      const opened = await open()
      try {
        await fc.assert(
          fc.asyncProperty(limitsFor(algorithms), turns, async (limits, list) => {
            const play = new Play(opened, limits)
            for (const turn of list) await play.take(turn)
            play.end()
          }),
          { numRuns: runs, seed, verbose: false },
        )
      } finally {
        await opened.close?.()
      }
    })
  })

  describe.each(ALGORITHMS)(`${name}: a limit counted by %s`, (algorithm) => {
    test('whoever obeys what it says is never refused', async () => {
      await using(open, async (opened) => {
        const one = new One(opened, limitOf({ algorithm, quota: 7, windowMs: 1001 }), new Subject(unique(), undefined))
        let asked = 0
        for (let turn = 0; turn < 60; turn++) {
          const { admits, remaining, nextMs } = await one.charge()
          expect(admits).toBe(true)
          asked++
          if (remaining === 0) opened.advance(nextMs)
        }
        expect(asked).toBe(60)
      })
    })

    test('what is given back can be had again, and is given back once', async () => {
      await using(open, async (opened) => {
        const one = new One(opened, limitOf({ algorithm, quota: 4 }), new Subject(unique(), undefined))
        const held = [await one.reserve(), await one.reserve(2), await one.reserve()]
        expect((await one.charge()).admits).toBe(false)
        await held[1]?.refund([0], [1])
        expect((await one.read()).remaining).toBe(1)
        await held[1]?.refund()
        await held[1]?.refund()
        expect((await one.read()).remaining).toBe(2)
        const refused = await one.reserve(3)
        expect(refused.readings[0]?.admits).toBe(false)
        await refused.refund()
        expect((await one.read()).remaining).toBe(2)
        expect(await one.admitted(5)).toBe(2)
      })
    })

    test('nobody gains by having early charges given back late', async () => {
      await using(open, async (opened) => {
        const limit = limitOf({ algorithm, quota: 2, windowMs: WINDOW })
        const one = new One(opened, limit, new Subject(unique(), undefined))
        const early = [await one.reserve(), await one.reserve()]
        opened.advance(2 * WINDOW)
        expect(await one.admitted(3)).toBe(2)
        for (const each of early) await each.refund()
        expect(await one.admitted(3)).toBe(0)
      })
    })

    test('what is charged late makes a debt of one window at most', async () => {
      await using(open, async (opened) => {
        const one = new One(
          opened,
          limitOf({ algorithm, quota: 3, windowMs: WINDOW }),
          new Subject(unique(), undefined),
        )
        await one.debit(1_000_000)
        const { remaining, resetMs } = await one.read()
        expect([remaining, (await one.charge()).admits]).toEqual([0, false])
        expect(resetMs).toBeGreaterThan(WINDOW)
        expect(resetMs).toBeLessThanOrEqual(2 * WINDOW)
        opened.advance(resetMs)
        expect((await one.read()).remaining).toBe(3)
      })
    })

    test('subjects, and limits of other ids, do not share', async () => {
      await using(open, async (opened) => {
        const limit = limitOf({ algorithm, quota: 2 })
        const [ann, ben] = [new Subject(unique(), undefined), new Subject(unique(), undefined)]
        expect(await new One(opened, limit, ann).admitted(3)).toBe(2)
        expect(await new One(opened, limit, new Subject(ann.key, undefined)).admitted(3)).toBe(0)
        expect(await new One(opened, limit, ben).admitted(3)).toBe(2)
        expect(await new One(opened, { ...limit, id: unique() }, ann).admitted(3)).toBe(2)
      })
    })

    test('whom the store remembers counts apart, for as long as it does', async () => {
      await using(open, async (opened) => {
        const [account, device] = [unique(), unique()]
        const owner = () => new Subject(account, undefined, new Subject(device, undefined))
        const limit = limitOf({ algorithm, quota: 2, windowMs: WINDOW })
        const mine = new One(opened, limit, owner())
        await mine.remember(10 * WINDOW)
        expect(await new One(opened, limit, new Subject(account, undefined)).admitted(9)).toBe(2)
        expect(await new One(opened, limit, owner()).admitted(9)).toBe(2)
        opened.advance(10 * WINDOW)
        expect(await new One(opened, limit, new Subject(account, undefined)).admitted(9)).toBe(2)
        expect(await mine.admitted(9)).toBe(0)
      })
    })
  })

  leasesSuite(name, open)
  operatorsSuite(name, open)
}

function seedOf(): number {
  return Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
}

async function using(open: Open, act: (opened: Awaited<ReturnType<Open>>) => Promise<void>): Promise<void> {
  const opened = await open()
  try {
    await act(opened)
  } finally {
    await opened.close?.()
  }
}
