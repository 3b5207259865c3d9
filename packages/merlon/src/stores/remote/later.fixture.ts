import type {
  Ban,
  ConcurrencyLimit,
  Counters,
  Lease,
  LeaseSet,
  Limit,
  LimitSet,
  Overrides,
  Reading,
  Reservation,
  StoreEvent,
  StoreHost,
} from '../../contract/counters.ts'
import { Subject } from '../../contract/counters.ts'
import { compileGcra, readGcra } from '../../contract/gcra.ts'
import type { Pulse } from '../../contract/pulse.ts'
import type { Time } from './time.ts'

export const MINUTE = 60_000

export function limit(id: string, quota: number, more: Partial<Limit> = {}): Limit {
  return { id, name: id, algorithm: 'gcra', quota, windowMs: MINUTE, burst: quota, overflowTimes: 16, ...more }
}

export function subject(at: number | string, known?: Subject): Subject {
  return new Subject(`a${String(at).length}:${at}`, undefined, known)
}

/** A clock whose timers and turns run when it is told to. */
export class TestTime implements Time {
  #now = 1000
  #timers: { at: number; call: () => void }[] = []
  #turns: (() => void)[] = []
  /** What `random` gives. */
  chance = 0.5

  now(): number {
    return this.#now
  }

  timer(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + ms, call }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer)
    }
  }

  turn(call: () => void): void {
    this.#turns.push(call)
  }

  random(): number {
    return this.chance
  }

  get timers(): number {
    return this.#timers.length
  }

  /** Lets time pass in which nothing of the process runs: it was busy, or stopped. */
  stop(ms: number): void {
    this.#now += ms
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await this.settle()
    for (;;) {
      const next = this.#timers.reduce<{ at: number; call: () => void } | undefined>(
        (first, each) => (each.at <= end && (first === undefined || each.at < first.at) ? each : first),
        undefined,
      )
      if (next === undefined) break
      this.#timers = this.#timers.filter((each) => each !== next)
      this.#now = Math.max(this.#now, next.at)
      next.call()
      await this.settle()
    }
    this.#now = Math.max(this.#now, end)
  }

  async settle(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 8; at++) await undefined
      for (const call of this.#turns.splice(0)) call()
    }
  }
}

/** A small store that many count in: exact, and on the clock that it is given. */
export class ModelStore {
  readonly time: TestTime
  readonly cells = new Map<string, number>()
  readonly leases = new Map<string, number>()
  instances: number | undefined
  generation = 1
  /** Units charged, by limit and subject, refunds taken off. */
  readonly charged = new Map<string, number>()
  /** Units charged in answer to a question whose answer got lost. */
  unheard = 0

  constructor(time: TestTime) {
    this.time = time
  }

  owes(of: Limit, who: Subject): number {
    const { ticksPerMs, interval } = compileGcra(of.quota, of.windowMs, of.burst)
    return this.#debt(of, who, this.time.now() * ticksPerMs) / interval
  }

  charge(limits: readonly Limit[], who: readonly Subject[], costs: readonly number[], take: boolean): Reading[] {
    const decided = limits.map((of, at) => {
      const gcra = compileGcra(of.quota, of.windowMs, of.burst)
      const now = Math.floor(this.time.now() * gcra.ticksPerMs)
      const debt = this.#debt(of, who[at] as Subject, now)
      const cost = costs[at] as number
      return { of, gcra, now, debt, cost, fits: debt + cost * gcra.interval <= gcra.capacity }
    })
    const all = take && decided.every(({ fits }) => fits)
    return decided.map(({ of, gcra, now, debt, cost, fits }, at) => {
      const next = debt + (all ? cost * gcra.interval : 0)
      if (all) this.#write(of, who[at] as Subject, now + next, cost)
      return readGcra(of, gcra, next, cost, fits)
    })
  }

  debit(limits: readonly Limit[], who: readonly Subject[], costs: readonly number[], sign = 1): void {
    limits.forEach((of, at) => {
      const { ticksPerMs, interval, capacity } = compileGcra(of.quota, of.windowMs, of.burst)
      const now = Math.floor(this.time.now() * ticksPerMs)
      const debt = this.#debt(of, who[at] as Subject, now)
      const most = capacity + of.windowMs * ticksPerMs
      const next = Math.max(0, Math.min(most, debt + sign * (costs[at] as number) * interval))
      this.#write(of, who[at] as Subject, now + next, sign * (costs[at] as number))
    })
  }

  #debt({ id }: Limit, { key }: Subject, now: number): number {
    return Math.max(0, (this.cells.get(`${id} ${key}`) ?? 0) - now)
  }

  #write({ id }: Limit, { key }: Subject, time: number, units: number): void {
    this.cells.set(`${id} ${key}`, time)
    this.charged.set(`${id} ${key}`, (this.charged.get(`${id} ${key}`) ?? 0) + units)
  }
}

/**
 * How one process reaches the store: `down` is a refused connection, `stalled` one that takes everything and answers
 * once it goes on, `cut` one that does what it is asked and breaks before the answer.
 */
export type Way = 'up' | 'down' | 'stalled' | 'cut'

/** One process' connection to the store. */
export class ModelCounters implements Counters {
  readonly name = 'model'
  readonly shared = true
  readonly atomic = true
  readonly needsSecret = false
  readonly store: ModelStore
  latencyMs: number
  way: Way = 'up'
  /** Questions that were sent. */
  asked = 0
  #stalled: (() => void)[] = []

  constructor(store: ModelStore, latencyMs = 0) {
    this.store = store
    this.latencyMs = latencyMs
  }

  /** What was stalled is done now, in order. */
  resume(): void {
    this.way = 'up'
    for (const run of this.#stalled.splice(0)) run()
  }

  #total(): number {
    return [...this.store.charged.values()].reduce((sum, units) => sum + units, 0)
  }

  send<T>(run: () => T): Promise<T> {
    this.asked++
    if (this.way === 'down') return Promise.reject(new Error('connect ECONNREFUSED'))
    if (this.way === 'stalled') return new Promise((resolve) => this.#stalled.push(() => resolve(run())))
    if (this.latencyMs === 0) {
      const before = this.#total()
      const value = run()
      if (this.way === 'cut') this.store.unheard += this.#total() - before
      return this.way === 'cut' ? Promise.reject(new Error('read ECONNRESET')) : Promise.resolve(value)
    }
    return new Promise((resolve, reject) => {
      const value = run()
      this.store.time.timer(this.latencyMs, () =>
        this.way === 'up' ? resolve(value) : reject(new Error('read ECONNRESET')),
      )
    })
  }

  prepare(limits: readonly Limit[]): LimitSet {
    const { store } = this
    return {
      charge: (subjects, costs) => {
        const [who, what] = [[...subjects], [...costs]]
        return this.send(() => store.charge(limits, who, what, true))
      },
      reserve: (subjects, costs) => {
        const [who, what] = [[...subjects], [...costs]]
        return this.send((): Reservation => {
          const readings = store.charge(limits, who, what, true)
          const refund: Reservation['refund'] = (places = limits.map((_, at) => at), parts) =>
            this.send(() => {
              const of = places.map((place) => limits[place] as Limit)
              const whose = places.map((place) => who[place] as Subject)
              store.debit(of, whose, parts ?? places.map((place) => what[place] as number), -1)
            })
          return { readings, refund }
        })
      },
      debit: (subjects, costs) => {
        const [who, what] = [[...subjects], [...costs]]
        return this.send(() => store.debit(limits, who, what))
      },
      read: (subjects) => {
        const who = [...subjects]
        return this.send(() =>
          store.charge(
            limits,
            who,
            who.map(() => 1),
            false,
          ),
        )
      },
      forget: (subjects) =>
        this.send(() => {
          subjects.forEach(({ key }, at) => {
            store.cells.delete(`${limits[at]?.id} ${key}`)
          })
          store.generation++
        }),
      remember: () => this.send(() => undefined),
    }
  }

  prepareLeases(limits: readonly ConcurrencyLimit[]): LeaseSet {
    const { leases } = this.store
    return {
      acquire: (subjects) => {
        const keys = subjects.map(({ key }, at) => `${limits[at]?.id} ${key}`)
        return this.send((): Lease => {
          const at = limits.findIndex((each, place) => (leases.get(keys[place] as string) ?? 0) >= each.most)
          if (at >= 0) return { refusedBy: limits[at], release() {} }
          for (const key of keys) leases.set(key, (leases.get(key) ?? 0) + 1)
          const release = () => {
            for (const key of keys) leases.set(key, (leases.get(key) ?? 0) - 1)
          }
          return { refusedBy: undefined, release: () => void this.send(release).catch(() => {}) }
        })
      },
    }
  }

  readonly overrides: Overrides = {
    list: () => this.send(() => []),
    set: () => this.send(() => void this.store.generation++),
    remove: () => this.send(() => void this.store.generation++),
    watch: () => () => {},
  }

  pulse(): Promise<Pulse> {
    return this.send(() => ({ instances: this.store.instances, generation: this.store.generation }))
  }

  bans(): Promise<readonly Ban[]> {
    return this.send(() => [])
  }

  ban(): Promise<void> {
    return this.send(() => void this.store.generation++)
  }

  unban(): Promise<void> {
    return this.send(() => void this.store.generation++)
  }

  reset(): Promise<void> {
    return this.send(() => {
      this.store.cells.clear()
      this.store.generation++
    })
  }
}

/** A host that keeps what it is told. */
export function listening(instances: number | undefined): StoreHost & { readonly events: StoreEvent[] } {
  const events: StoreEvent[] = []
  return { instances, secret: undefined, events, tell: (event) => events.push(event) }
}
