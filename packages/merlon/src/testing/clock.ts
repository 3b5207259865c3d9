import { parseDuration } from '../policy/units.ts'

export interface TestClockOptions {
  /** What the wall clock says at first. Default: what it really says. */
  readonly at?: Date | string
  /** Whether it runs as time does; else it moves when it is told to, and then alone. Default false. */
  readonly running?: boolean
}

/** A clock that a test moves: windows pass, bans end and dates come at once. */
export interface TestClock {
  /** Monotonic milliseconds. */
  now(): number
  /** Milliseconds since 1970. */
  wall(): number
  /** Resolves once so many milliseconds have passed on this clock. */
  sleep(ms: number): Promise<void>
  /** Calls back once so many milliseconds have passed on this clock, unless the function that it gives is called first. */
  timer(ms: number, call: () => void): () => void
  /**
   * Moves it onwards.
   *
   * @param time milliseconds, or a duration such as `15m`
   * @throws RangeError where it is neither, or would go back
   */
  advance(time: number | string): void
}

interface Sleeper {
  readonly untilMs: number
  readonly wake: () => void
}

/** A clock for `testing({ clock })`. */
export function testClock({ at, running = false }: TestClockOptions = {}): TestClock {
  const startMs = at === undefined ? Date.now() : new Date(at).getTime()
  if (Number.isNaN(startMs)) throw new RangeError(`testClock: expected a date, got ${String(at)}`)
  const real = performance.now()
  let advancedMs = 0
  let sleepers: readonly Sleeper[] = []
  const now = () => advancedMs + (running ? performance.now() - real : 0)
  const wake = () => {
    const due = sleepers.filter(({ untilMs }) => untilMs <= now())
    sleepers = sleepers.filter(({ untilMs }) => untilMs > now())
    for (const sleeper of due) sleeper.wake()
  }
  return {
    now,
    wall: () => startMs + Math.floor(now()),
    sleep: (ms) =>
      new Promise((resolve) => {
        sleepers = [...sleepers, { untilMs: now() + ms, wake: resolve }]
        if (running) setTimeout(wake, ms + 1)
      }),
    timer: (ms, call) => {
      const sleeper: Sleeper = { untilMs: now() + ms, wake: call }
      sleepers = [...sleepers, sleeper]
      if (running) (setTimeout(wake, ms + 1) as { unref?(): void }).unref?.()
      return () => {
        sleepers = sleepers.filter((each) => each !== sleeper)
      }
    },
    advance: (time) => {
      advancedMs += millisecondsOf(time)
      wake()
    },
  }
}

function millisecondsOf(time: number | string): number {
  const ms = typeof time === 'string' ? parseDuration(time) : time
  if (ms !== undefined && ms >= 0 && Number.isFinite(ms)) return ms
  throw new RangeError(`advance: expected milliseconds, or a duration such as "15m", got ${JSON.stringify(time)}`)
}
