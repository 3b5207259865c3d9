import { type Counters, type Limit, type Reading, type Reservation, Subject } from '../../contract/counters.ts'
import type { Facts } from '../../contract/facts.ts'
import { clientSubject, principalSubject } from '../../contract/subject.ts'
import { isPromise, type MaybePromise, type Refusal } from '../../contract/verdict.ts'
import type { By } from './by.ts'
import { tooCostly } from './cost.ts'
import type { Missing } from './fields.ts'
import type { Partitions } from './partition.ts'
import type { PenaltyOptions } from './penalty.ts'
import { blames, type Plan, type Variant } from './plan.ts'
import { type Prepared, Sets } from './sets.ts'
import { Settlement } from './settle.ts'

/** What charging came to: readings, or why there was nobody to charge. */
export type Outcome = Reading[] | Missing | Refusal

export interface PhaseParts {
  readonly plans: readonly Plan[]
  /** What bans; left out where a refusal would say nothing of who asked. */
  readonly penalties: readonly PenaltyOptions[]
  readonly counters: Counters
  readonly now: () => number
  /** Where headers tell counters apart. */
  readonly partitions?: Partitions | undefined
}

/** Limits that are decided together: those of one step of the order. */
export class Phase {
  readonly #plans: readonly Plan[]
  readonly #sets: Sets
  /** Whether something of it may be given back, or becomes known late. */
  readonly #reserves: boolean
  /** Whether code, or the check of a signature, may answer later: then no request can use another one's list. */
  readonly #waits: boolean
  /** Used again for every request; a store takes from it what it needs before it returns. */
  readonly #subjects: Subject[] = []

  readonly #now: () => number

  readonly #partitions: Partitions | undefined

  constructor({ plans, penalties, counters, now, partitions }: PhaseParts) {
    this.#partitions = partitions
    this.#plans = plans
    this.#now = now
    this.#reserves = plans.some(({ options }) => options.counts !== undefined || options.cost === 'bytes')
    this.#waits = plans.some(({ options }) => options.knownMs !== undefined || options.by.some(isCode))
    // What an account's limit refuses says nothing of who asked: whoever attacks the account would have its owner banned.
    this.#sets = new Sets(plans, plans.every(({ options }) => blames(options)) ? penalties : [], counters)
  }

  /** Charges every limit, or none where one refuses; the readings are those of the limits, and of a ban. */
  charge(facts: Facts, nowMs: number): MaybePromise<Outcome> {
    const subjects = this.#waits ? [] : this.#subjects
    const missing = this.#gather(facts, subjects, 0)
    if (missing === undefined) return this.#decide(facts, subjects, nowMs)
    if (isPromise(missing)) return missing.then((late) => late ?? this.#decide(facts, subjects, nowMs))
    return missing
  }

  /** Charges what a handler found out. */
  async debit(facts: Facts, amount: number, nowMs: number): Promise<void> {
    const subjects: Subject[] = []
    const missing = await this.#gather(facts, subjects, 0)
    const prepared = missing === undefined ? this.#sets.for(facts) : undefined
    if (prepared === undefined) return
    const list = this.#complete(prepared, facts, subjects)
    const costs = list.map((_, at) => (at < list.length - prepared.penalties ? amount : 0))
    await prepared.set.debit(list, costs, nowMs)
  }

  /** One subject for each plan; what is given is why there is none. */
  #gather(facts: Facts, into: Subject[], from: number): MaybePromise<Missing | undefined> {
    for (let at = from; at < this.#plans.length; at++) {
      const subject = (this.#plans[at] as Plan).counted.subject(facts)
      if (subject instanceof Subject) into[at] = subject
      else if (isPromise(subject)) {
        return subject.then((late) => {
          if (!(late instanceof Subject)) return late
          into[at] = late
          return this.#gather(facts, into, at + 1)
        })
      } else return subject
    }
    return undefined
  }

  #decide(facts: Facts, subjects: Subject[], nowMs: number): MaybePromise<Outcome> {
    const prepared = this.#sets.for(facts)
    if (prepared === undefined) return []
    const list = this.#complete(prepared, facts, subjects)
    const costs = prepared.costs ?? this.#costs(prepared, facts)
    if (!Array.isArray(costs)) return costs as Refusal
    if (this.#partitions !== undefined) return this.#noted(this.#partitions, prepared, facts, list, costs, nowMs)
    return this.#charge(prepared, facts, list, costs, nowMs)
  }

  #noted(
    partitions: Partitions,
    prepared: Prepared,
    facts: Facts,
    subjects: readonly Subject[],
    costs: readonly number[],
    nowMs: number,
  ): MaybePromise<Reading[]> {
    const kept = [...subjects]
    const note = (readings: Reading[]) => {
      partitions.note(readings, prepared.places, kept)
      return readings
    }
    const readings = this.#charge(prepared, facts, subjects, costs, nowMs)
    return isPromise(readings) ? readings.then(note) : note(readings)
  }

  #charge(
    prepared: Prepared,
    facts: Facts,
    list: readonly Subject[],
    costs: readonly number[],
    nowMs: number,
  ): MaybePromise<Reading[]> {
    if (this.#reserves) return this.#reserve(prepared, facts, list, costs, nowMs)
    const readings = prepared.set.charge(list, costs, nowMs)
    return isPromise(readings) ? readings.then((late) => merge(prepared, late)) : merge(prepared, readings)
  }

  #reserve(
    prepared: Prepared,
    facts: Facts,
    subjects: readonly Subject[],
    costs: readonly number[],
    nowMs: number,
  ): MaybePromise<Reading[]> {
    // Kept beyond this turn, as the lists are not.
    const kept = { subjects: [...subjects], costs: [...costs] }
    const conclude = (reservation: Reservation): Reading[] => {
      const readings = merge(prepared, reservation.readings)
      if (readings.every(({ admits }) => admits)) {
        const plans = prepared.places.map((at) => this.#plans[at] as Plan)
        facts.charges ??= []
        facts.charges.push(new Settlement({ plans, prepared, reservation, now: this.#now, ...kept }))
      }
      return readings
    }
    const reservation = prepared.set.reserve(subjects, costs, nowMs)
    return isPromise(reservation) ? reservation.then(conclude) : conclude(reservation)
  }

  /** The subjects of the set, with those of companions and penalties. */
  #complete({ places, joined, penalties }: Prepared, facts: Facts, subjects: Subject[]): Subject[] {
    const count = places.length
    if (joined.length === 0 && penalties === 0 && count === this.#plans.length) return subjects
    const list = count === this.#plans.length ? subjects : places.map((at) => subjects[at] as Subject)
    for (let at = 0; at < joined.length; at++) {
      const of = joined[at] as number
      const plan = this.#plans[places[of] as number] as Plan
      list[count + at] = plan.counted.wider(list[of] as Subject, facts)
    }
    for (let at = 0; at < penalties; at++) list[count + joined.length + at] = blamed(facts)
    list.length = count + joined.length + penalties
    return list
  }

  #costs({ places, joined, penalties, variants }: Prepared, facts: Facts): number[] | Refusal {
    const costs: number[] = []
    for (let at = 0; at < places.length; at++) {
      const { charge } = this.#plans[places[at] as number] as Plan
      const { burst } = (variants[at] as Variant).limit
      const cost = typeof charge === 'number' ? charge : charge(facts, burst)
      if (cost > burst) return tooCostly(cost, burst)
      costs.push(cost)
    }
    for (const of of joined) costs.push(costs[of] as number)
    for (let at = 0; at < penalties; at++) costs.push(1)
    return costs
  }
}

function isCode({ kind }: By): boolean {
  return kind === 'code'
}

/** Whom a penalty bans: the principal, or else the client's address. */
function blamed({ principal, client }: Facts): Subject {
  return principal === undefined ? clientSubject(client) : principalSubject(principal)
}

/** A limit and its companion read as one: as the one that leaves less. Of penalties only a ban is left. */
function merge({ places, joined, penalties }: Prepared, readings: Reading[]): Reading[] {
  if (joined.length === 0 && penalties === 0) return readings
  const count = places.length
  for (let at = 0; at < joined.length; at++) {
    const of = joined[at] as number
    const own = readings[of] as Reading
    const wide = readings[count + at] as Reading
    if (leavesLess(wide, own)) readings[of] = readAs(own.limit, wide)
  }
  let kept = count
  for (let at = 0; at < penalties; at++) {
    const penalty = readings[count + joined.length + at] as Reading
    if (!penalty.admits) readings[kept++] = penalty
  }
  readings.length = kept
  return readings
}

/** Taken apart by hand: a store's readings may be objects of its own that work things out on demand. */
function readAs(limit: Limit, { admits, remaining, nextMs, retryMs, resetMs, degraded }: Reading): Reading {
  return { limit, admits, remaining, nextMs, retryMs, resetMs, ...(degraded && { degraded }) }
}

function leavesLess(a: Reading, b: Reading): boolean {
  if (a.admits !== b.admits) return b.admits
  return a.admits ? a.remaining < b.remaining : a.retryMs > b.retryMs
}
