import fc from 'fast-check'
import { expect } from 'vitest'
import {
  type Algorithm,
  type Limit,
  type LimitSet,
  type Reading,
  type Reservation,
  Subject,
} from '../../contract/counters.ts'
import { type Kept, keepsItsBound } from './bound.fixture.ts'
import { type Model, modelOf, type PenaltyModel } from './model.fixture.ts'
import { limitOf, type Opened, unique } from './opened.fixture.ts'

/** What may happen, with numbers that are brought into range where it does. */
export type Turn =
  | { readonly kind: 'charge' | 'reserve'; readonly whom: readonly number[]; readonly costs: readonly number[] }
  | { readonly kind: 'debit'; readonly whom: readonly number[]; readonly costs: readonly number[] }
  | { readonly kind: 'refund'; readonly which: number; readonly places: readonly number[]; readonly cost: number }
  | { readonly kind: 'read' | 'forget'; readonly whom: readonly number[] }
  | Pause

type Pause =
  | { readonly kind: 'wait'; readonly share: number }
  | { readonly kind: 'edge'; readonly by: number }
  | { readonly kind: 'obey'; readonly limit: number }

const SUBJECTS = 3
const LIMITS = 3

const whom = fc.array(fc.nat(SUBJECTS - 1), { minLength: LIMITS, maxLength: LIMITS })
const costs = fc.array(fc.nat(11), { minLength: LIMITS, maxLength: LIMITS })

export const turns: fc.Arbitrary<Turn[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('charge', 'reserve'), whom, costs }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('debit'), whom, costs }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('refund'),
        which: fc.nat(),
        places: fc.uniqueArray(fc.nat(LIMITS - 1), { minLength: 1, maxLength: LIMITS }),
        cost: fc.integer({ min: 1, max: 12 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('wait'), share: fc.double({ min: 0, max: 1.5, noNaN: true }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('edge'), by: fc.integer({ min: -1, max: 1 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('obey'), limit: fc.nat(LIMITS - 1) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('read', 'forget'), whom }) },
  ) as fc.Arbitrary<Turn>,
  { maxLength: 40 },
)

/** Rates that are counted without rounding, of every algorithm; a set of them has one window's length, so edges meet. */
export function limitsFor(algorithms: readonly Algorithm[]): fc.Arbitrary<Limit[]> {
  const quota = fc.integer({ min: 1, max: 12 })
  const one = (algorithm: Algorithm, windowMs: number) =>
    fc.record({ quota, burst: fc.integer({ min: 1, max: 12 }) }).map(({ quota, burst }) => {
      if (algorithm === 'penalty') {
        const penalty = {
          after: quota,
          withinMs: windowMs,
          banMs: [500, 3 * windowMs, 7 * windowMs],
          forgetMs: burst * windowMs,
        }
        return limitOf({ algorithm, quota, windowMs, penalty })
      }
      return limitOf({ algorithm, quota, windowMs, burst: algorithm === 'gcra' ? burst : quota })
    })
  return fc
    .record({
      windowMs: fc.constantFrom(7, 1000, 1001, 60_000),
      chosen: fc.array(fc.constantFrom(...algorithms), { minLength: LIMITS, maxLength: LIMITS }),
    })
    .chain(({ windowMs, chosen }) => fc.tuple(...chosen.map((algorithm) => one(algorithm, windowMs))))
}

interface Held {
  readonly reservation: Reservation
  readonly whose: readonly number[]
  /** What each limit has taken and not given back; none of a refusal. */
  readonly kept: readonly Kept[]
  readonly atMs: number
}

/** Plays turns on a store and on models, and holds every answer of the one against the others. */
export class Play {
  readonly #opened: Opened
  readonly #limits: readonly Limit[]
  readonly #set: LimitSet
  readonly #subjects = Array.from({ length: SUBJECTS }, () => new Subject(unique(), undefined))
  readonly #models: Model[][]
  readonly #kept: Kept[][][]
  #held: Held[] = []
  #last: readonly Reading[] = []

  constructor(opened: Opened, limits: readonly Limit[]) {
    this.#opened = opened
    this.#limits = limits
    this.#set = opened.counters.prepare(limits)
    this.#models = limits.map((limit) => this.#subjects.map(() => modelOf(limit, opened.zeroMs)))
    this.#kept = limits.map(() => this.#subjects.map(() => []))
  }

  /** Whether no limit has admitted more than it may, by all that was admitted and not given back. */
  end(): void {
    this.#limits.forEach((limit, at) => {
      for (const kept of this.#kept[at] ?? [])
        expect(keepsItsBound(limit, kept, this.#opened.zeroMs), limit.algorithm).toBe(true)
    })
  }

  async take(turn: Turn): Promise<void> {
    switch (turn.kind) {
      case 'charge':
      case 'reserve':
        return this.#charge(turn.kind, turn.whom, turn.costs)
      case 'debit':
        return this.#debit(turn.whom, turn.costs)
      case 'refund':
        return this.#refund(turn.which, turn.places, turn.cost)
      case 'read':
        return this.#read(turn.whom)
      case 'forget':
        return this.#forget(turn.whom)
      default:
        this.#opened.advance(this.#pause(turn))
    }
  }

  #pause(turn: Pause): number {
    const windowMs = this.#limits[0]?.windowMs ?? 1
    if (turn.kind === 'wait') return Math.floor(turn.share * windowMs)
    if (turn.kind === 'obey') return this.#last[turn.limit]?.retryMs ?? 0
    const rest = windowMs - ((this.#opened.now() - this.#opened.zeroMs) % windowMs)
    return Math.max(0, rest + turn.by)
  }

  async #charge(kind: 'charge' | 'reserve', whose: readonly number[], wanted: readonly number[]): Promise<void> {
    const nowMs = this.#opened.now()
    const costs = this.#limits.map(({ burst }, at) => 1 + ((wanted[at] ?? 0) % burst))
    const fits = this.#limits.map((_, at) => this.#model(at, whose).remaining(nowMs) >= (costs[at] ?? 0))
    const all = fits.every(Boolean)
    const kept = costs.map((cost) => ({ atMs: nowMs, cost: all ? cost : 0 }))
    kept.forEach((each, at) => {
      this.#kept[at]?.[whose[at] ?? 0]?.push(each)
    })
    let readings: readonly Reading[]
    if (kind === 'charge') readings = await this.#set.charge(this.#of(whose), costs, nowMs)
    else {
      const reservation = await this.#set.reserve(this.#of(whose), costs, nowMs)
      readings = reservation.readings
      // A refusal can be given back too, and nothing comes of it.
      this.#held.push({ reservation, whose, kept, atMs: nowMs })
    }
    const refuses = this.#limits.some(({ algorithm }, at) => algorithm !== 'penalty' && !fits[at])
    this.#limits.forEach((limit, at) => {
      const model = this.#model(at, whose)
      if (all) model.charge(costs[at] ?? 0, nowMs)
      else if (refuses && limit.algorithm === 'penalty') (model as PenaltyModel).strike(nowMs)
    })
    const bans = (at: number) =>
      this.#limits[at]?.algorithm === 'penalty' && this.#model(at, whose).remaining(nowMs) === 0
    expect(readings.map(({ admits }) => admits)).toEqual(fits.map((fit, at) => fit && !bans(at)))
    this.#hold(readings, whose, costs)
    this.#last = readings
  }

  async #debit(whose: readonly number[], costs: readonly number[]): Promise<void> {
    const nowMs = this.#opened.now()
    await this.#set.debit(this.#of(whose), costs, nowMs)
    costs.forEach((cost, at) => {
      if (cost > 0) this.#model(at, whose).debit(cost, nowMs)
    })
    await this.#read(whose)
  }

  async #refund(which: number, places: readonly number[], cost: number): Promise<void> {
    const held = this.#held[which % Math.max(1, this.#held.length)]
    if (held === undefined) return
    // A store that has no clock of its own is told the time by what it is asked.
    await this.#read(held.whose)
    await held.reservation.refund(
      places,
      places.map(() => cost),
    )
    for (const place of places) {
      const kept = held.kept[place] as Kept
      const given = Math.min(cost, kept.cost)
      kept.cost -= given
      if (given > 0) this.#model(place, held.whose).refund(given, held.atMs, this.#opened.now())
    }
    await this.#read(held.whose)
  }

  async #read(whose: readonly number[]): Promise<void> {
    const readings = await this.#set.read(this.#of(whose), this.#opened.now())
    this.#hold(
      readings,
      whose,
      this.#limits.map(() => 1),
    )
  }

  async #forget(whose: readonly number[]): Promise<void> {
    await this.#set.forget(this.#of(whose))
    this.#limits.forEach((limit, at) => {
      const model = modelOf(limit, this.#opened.zeroMs)
      ;(this.#models[at] as Model[])[whose[at] ?? 0] = model
      ;(this.#kept[at] as Kept[][])[whose[at] ?? 0] = []
    })
    // What was charged before is forgotten, so there is nothing to give back of it.
    this.#held = []
    await this.#read(whose)
  }

  /** Whether each reading is true: what it says will be, will be, and not a millisecond earlier. */
  #hold(readings: readonly Reading[], whose: readonly number[], costs: readonly number[]): void {
    const nowMs = this.#opened.now()
    readings.forEach(({ remaining, nextMs, retryMs, resetMs }, at) => {
      const model = this.#model(at, whose)
      const limit = this.#limits[at] as Limit
      const most = limit.burst
      const first = (units: number, ms: number) =>
        model.remaining(nowMs + ms) >= units && (ms === 0 || model.remaining(nowMs + ms - 1) < units)
      const said = `${limit.algorithm} ${JSON.stringify({ remaining, nextMs, retryMs, resetMs, nowMs })}`
      expect(remaining, said).toBe(model.remaining(nowMs))
      if (remaining < most) expect(first(remaining + 1, nextMs), `nextMs: ${said}`).toBe(true)
      expect(first(costs[at] ?? 1, retryMs), `retryMs: ${said}`).toBe(true)
      expect(first(most, resetMs), `resetMs: ${said}`).toBe(true)
    })
  }

  #model(limit: number, whose: readonly number[]): Model {
    return (this.#models[limit] as Model[])[whose[limit] ?? 0] as Model
  }

  #of(whose: readonly number[]): Subject[] {
    return whose.map((each) => this.#subjects[each] as Subject)
  }
}
