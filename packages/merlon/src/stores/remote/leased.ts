import type {
  Counters,
  Limit,
  LimitSet,
  Override,
  Overrides,
  Reading,
  StoreHost,
  Subject,
} from '../../contract/counters.ts'
import type { Pulse } from '../../contract/pulse.ts'
import { isPromise, type MaybePromise } from '../../contract/verdict.ts'
import { after, WrappedCounters, WrappedSet } from '../../contract/wrapped-counters.ts'
import { type Holder, Slices } from './slices.ts'
import { systemTime, type Time } from './time.ts'

export interface LeasedOptions {
  /** For how long a slice is charged ahead; it is used for four fifths of that. Default 1000. */
  readonly sliceMs?: number
  readonly time?: Time
}

/** How often everybody asks how many they are. */
export const PULSE_MS = 1000

/**
 * Counters that decide `leased` limits in memory, for subjects that come often: units are charged ahead, a slice at a
 * time. A set is decided so where all its limits are leased; nothing that guards a sign-in, may be given back, or has a
 * penalty that must be asked, ever is.
 */
export class LeasedCounters extends WrappedCounters {
  readonly #sliceMs: number
  readonly #time: Time
  readonly #slices = new Map<string, Slices>()
  #declared: number | undefined
  #counted: Pulse | undefined
  /** Until then those who were there before do not know of this process, and hold as much as if it were not. */
  #knownMs = 0
  #cancel: (() => void) | undefined
  #closed = false

  constructor(inner: Counters, { sliceMs = 1000, time = systemTime }: LeasedOptions = {}) {
    super(inner)
    if (!(Number.isSafeInteger(sliceMs) && sliceMs >= 50)) {
      throw new RangeError(`${inner.name}: sliceMs is ${String(sliceMs)}, expected a whole number of at least 50`)
    }
    this.#sliceMs = sliceMs
    this.#time = time
  }

  override prepare(limits: readonly Limit[]): LimitSet {
    const set = this.inner.prepare(limits)
    if (limits.length === 0 || !limits.every(isLeased)) return set
    return new LeasedSet(
      set,
      limits.map((limit) => this.#slicesOf(limit)),
      this.#time,
    )
  }

  override attach(host: StoreHost): void {
    this.#declared = host.instances
    super.attach(host)
  }

  override pulse(): MaybePromise<Pulse> {
    return after(super.pulse(), (pulse) => {
      const before = this.#counted
      if (before?.instances === undefined) this.#knownMs = this.#time.now() + 2 * PULSE_MS + this.#sliceMs
      if (before !== undefined && before.generation !== pulse.generation) this.#drop()
      this.#counted = pulse
      return pulse
    })
  }

  /** Units that this process has charged and not used, of all limits. */
  get outstanding(): number {
    let sum = 0
    for (const slices of this.#slices.values()) sum += slices.outstanding
    return sum
  }

  override ban(limit: Limit, subject: Subject, forMs: number): MaybePromise<void> {
    this.#drop()
    return this.inner.ban(limit, subject, forMs)
  }

  override reset(): MaybePromise<void> {
    this.#drop()
    return this.inner.reset()
  }

  override get overrides(): Overrides {
    const { overrides } = this.inner
    return {
      list: () => overrides.list(),
      set: (override: Override) => overrides.set(override),
      remove: (principal) => overrides.remove(principal),
      watch: (changed) =>
        overrides.watch((all) => {
          this.#drop()
          changed(all)
        }),
    }
  }

  override async close(): Promise<void> {
    this.#closed = true
    this.#cancel?.()
    const now = this.#time.now()
    await Promise.all([...this.#slices.values()].map((slices) => slices.close(now)))
    await super.close()
  }

  #slicesOf(limit: Limit): Slices {
    const { id, algorithm, quota, windowMs, burst } = limit
    const name = JSON.stringify([id, algorithm, quota, windowMs, burst])
    let slices = this.#slices.get(name)
    if (slices === undefined) {
      slices = new Slices({
        limit,
        set: this.inner.prepare([limit]),
        time: this.#time,
        sliceMs: this.#sliceMs,
        instances: () => this.#instances(),
        held: () => this.#watch(),
      })
      this.#slices.set(name, slices)
    }
    return slices
  }

  #instances(): number | undefined {
    if (this.#closed) return undefined
    if (this.#declared !== undefined) return this.#declared
    return this.#time.now() < this.#knownMs ? undefined : this.#counted?.instances
  }

  #drop(): void {
    for (const slices of this.#slices.values()) slices.drop()
  }

  /** As long as there are slices, somebody looks for those whose time is over. */
  #watch(): void {
    if (this.#cancel !== undefined || this.#closed) return
    this.#cancel = this.#time.timer(this.#sliceMs / 10, () => {
      this.#cancel = undefined
      const now = this.#time.now()
      let held = false
      for (const slices of this.#slices.values()) {
        slices.sweep(now)
        if (slices.size > 0) held = true
      }
      if (held) this.#watch()
    })
  }
}

function isLeased({ counting, algorithm, authentication, refundable }: Limit): boolean {
  const counts = algorithm === 'gcra' || algorithm === 'sliding-window' || algorithm === 'fixed-window'
  return counting === 'leased' && counts && authentication !== true && refundable !== true
}

class LeasedSet extends WrappedSet {
  readonly #slices: readonly Slices[]
  readonly #time: Time
  readonly #found: (Holder | undefined)[]

  constructor(inner: LimitSet, slices: readonly Slices[], time: Time) {
    super(inner)
    this.#slices = slices
    this.#time = time
    this.#found = slices.map(() => undefined)
  }

  override charge(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<Reading[]> {
    const now = this.#time.now()
    const slices = this.#slices
    const found = this.#found
    for (let at = 0; at < slices.length; at++) {
      const holder = (slices[at] as Slices).find(subjects[at] as Subject, costs[at] as number, now)
      if (holder === undefined) return this.#decideExactly(subjects, costs, nowMs, now)
      found[at] = holder
    }
    const readings: Reading[] = []
    for (let at = 0; at < slices.length; at++) {
      readings.push((slices[at] as Slices).use(found[at] as Holder, costs[at] as number, now))
    }
    return readings
  }

  override forget(subjects: readonly Subject[]): MaybePromise<void> {
    for (const slices of this.#slices) slices.drop()
    return this.inner.forget(subjects)
  }

  #decideExactly(
    subjects: readonly Subject[],
    costs: readonly number[],
    nowMs: number,
    now: number,
  ): MaybePromise<Reading[]> {
    let hot: Subject[] | undefined
    for (let at = 0; at < this.#slices.length; at++) {
      if ((this.#slices[at] as Slices).isHot(subjects[at] as Subject, now)) hot ??= [...subjects]
    }
    const answer = this.inner.charge(subjects, costs, nowMs)
    if (hot === undefined) return answer
    const whose = hot
    const begin = (readings: Reading[]) => {
      const later = this.#time.now()
      readings.forEach((reading, at) => {
        this.#slices[at]?.begin(whose[at] as Subject, reading, later)
      })
      return readings
    }
    return isPromise(answer) ? answer.then(begin) : begin(answer)
  }
}
