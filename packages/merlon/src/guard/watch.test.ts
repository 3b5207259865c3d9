import { describe, expect, test } from 'vitest'
import type { Platform } from '../contract/platform.ts'
import { openWatch, type Watched } from './watch.ts'

/** A platform whose time goes on when it is told to. */
class Clock {
  nowMs = 0
  readonly timers = new Map<() => void, number>()
  started = 0

  platform(sharesTimers: boolean): Platform {
    return {
      sharesTimers,
      now: () => this.nowMs,
      timer: (ms: number, call: () => void) => {
        this.started++
        const own = () => call()
        this.timers.set(own, this.nowMs + ms)
        return () => void this.timers.delete(own)
      },
    } as Partial<Platform> as Platform
  }

  goTo(untilMs: number): void {
    for (;;) {
      const next = [...this.timers].filter(([, at]) => at <= untilMs).sort((a, b) => a[1] - b[1])[0]
      if (!next) break
      this.timers.delete(next[0])
      this.nowMs = next[1]
      next[0]()
    }
    this.nowMs = untilMs
  }
}

function watched(clock: Clock, dueMs: number, remove: (self: Watched) => void) {
  const inspected: number[] = []
  const self: Watched = {
    dueMs,
    place: -1,
    inspect(nowMs) {
      inspected.push(nowMs)
      remove(self)
    },
  }
  return { self, inspected, clock }
}

describe.each([
  ['one timer for all', true],
  ['a timer for each', false],
])('a watch with %s', (_, shared) => {
  test('looks when it is due, and no more than a tick later', () => {
    const clock = new Clock()
    const watch = openWatch(clock.platform(shared))
    const { self, inspected } = watched(clock, 95, (it) => watch.remove(it))
    watch.add(self, 10)
    clock.goTo(94)
    expect(inspected).toEqual([])
    clock.goTo(1000)
    expect(inspected).toHaveLength(1)
    expect(inspected[0]).toBeGreaterThanOrEqual(95)
    expect(inspected[0]).toBeLessThanOrEqual(105)
    expect(watch.size).toBe(0)
  })

  test('looks again where it is told a later time', () => {
    const clock = new Clock()
    const watch = openWatch(clock.platform(shared))
    const seen: number[] = []
    const self: Watched = {
      dueMs: 20,
      place: -1,
      inspect(nowMs) {
        seen.push(nowMs)
        if (seen.length < 3) self.dueMs = nowMs + 20
        else watch.remove(self)
      },
    }
    watch.add(self, 10)
    clock.goTo(1000)
    expect(seen).toEqual([20, 40, 60])
  })

  test('looks no more at what is taken from it, and then has no timer left', () => {
    const clock = new Clock()
    const watch = openWatch(clock.platform(shared))
    const { self, inspected } = watched(clock, 50, () => {})
    watch.add(self, 10)
    clock.goTo(15)
    watch.remove(self)
    clock.goTo(1000)
    expect(inspected).toEqual([])
    expect(clock.timers.size).toBe(0)
  })

  test('sets no timer before something is watched', () => {
    const clock = new Clock()
    openWatch(clock.platform(shared))
    expect(clock.started).toBe(0)
  })
})

describe('one timer for all', () => {
  test('is one, however many are watched', () => {
    const clock = new Clock()
    const watch = openWatch(clock.platform(true))
    for (let count = 0; count < 1000; count++) watch.add(watched(clock, 1e9, () => {}).self, 100)
    expect(clock.timers.size).toBe(1)
    clock.goTo(1000)
    expect(clock.started).toBe(11)
  })

  test('ticks faster from the moment on at which a shorter time is watched', () => {
    const clock = new Clock()
    const watch = openWatch(clock.platform(true))
    watch.add(watched(clock, 30_000, (it) => watch.remove(it)).self, 1000)
    clock.goTo(5)
    const { self, inspected } = watched(clock, 100, (it) => watch.remove(it))
    watch.add(self, 10)
    clock.goTo(500)
    expect(inspected[0]).toBeLessThanOrEqual(110)
  })

  test('looks at each that is due once, whoever of them takes others along', () => {
    const clock = new Clock()
    const watch = openWatch(clock.platform(true))
    const all: Watched[] = []
    const seen: number[] = []
    for (let at = 0; at < 10; at++) {
      const self: Watched = {
        dueMs: 10,
        place: -1,
        inspect() {
          seen.push(at)
          watch.remove(self)
          const next = all[at + 1]
          if (next) watch.remove(next)
        },
      }
      all.push(self)
      watch.add(self, 10)
    }
    clock.goTo(100)
    expect(seen).toEqual([0, 2, 4, 6, 8])
    expect(watch.size).toBe(0)
  })

  test('goes on where a look has thrown', () => {
    const clock = new Clock()
    const watch = openWatch(clock.platform(true))
    const bad: Watched = {
      dueMs: 10,
      place: -1,
      inspect() {
        watch.remove(bad)
        throw new Error('the log is full')
      },
    }
    const { self, inspected } = watched(clock, 100, (it) => watch.remove(it))
    watch.add(bad, 10)
    watch.add(self, 10)
    expect(() => clock.goTo(50)).toThrow('the log is full')
    clock.goTo(200)
    expect(inspected).toHaveLength(1)
  })
})
