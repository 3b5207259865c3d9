import { type Counters, type Limit, type LimitSet, type Reading, Subject } from '../../contract/counters.ts'
import type { Facts } from '../../contract/facts.ts'
import { isPromise, type MaybePromise } from '../../contract/verdict.ts'
import type { NamedLimit } from './names.ts'
import { Counted, type Missing } from './subject.ts'

/** What a network may do together, for each thing that one of its clients may: a /48 holds 65,536 of them. */
const NETWORK_TIMES = 16

/**
 * Limits that are decided together: those of one step of the order. For IPv6 each limit by address is joined by one for
 * the client's /48, at 16 times its quota: a customer who has 65,536 networks would else be as many clients.
 */
export class Phase {
  readonly #counted: readonly Counted[]
  readonly #single: LimitSet
  readonly #wide: LimitSet
  /** Places, among the limits, of those that have a companion. */
  readonly #joined: readonly number[]
  readonly #costs: readonly number[]
  readonly #wideCosts: readonly number[]
  /** Used again for every request; a store takes from it what it needs before it returns. */
  readonly #subjects: Subject[] = []

  constructor(options: readonly NamedLimit[], prefix: string, counters: Counters) {
    const limits = options.map((each) => limitOf(each, prefix))
    const counted = options.map(({ by }) => new Counted(by))
    const joined = counted.flatMap(({ byAddress }, at) => (byAddress ? at : []))
    const companions = joined.map((at) => companionOf(limits[at] as Limit))
    this.#counted = counted
    this.#joined = joined
    this.#costs = options.map(({ cost }) => cost)
    this.#wideCosts = [...this.#costs, ...joined.map((at) => this.#costs[at] as number)]
    this.#single = counters.prepare(limits)
    this.#wide = joined.length === 0 ? this.#single : counters.prepare([...limits, ...companions])
  }

  /** Charges every limit, or none where one refuses; the readings are those of `limits`. */
  charge(facts: Facts, nowMs: number): MaybePromise<Reading[]> | Missing {
    const { client } = facts
    const subjects = this.#subjects
    const count = this.#counted.length
    const body = facts.body ?? facts.parsed
    for (let at = 0; at < count; at++) {
      const subject = (this.#counted[at] as Counted).subject(client, body?.value)
      if (!(subject instanceof Subject)) return subject
      subjects[at] = subject
    }
    if (client.family !== 6) return this.#single.charge(subjects, this.#costs, nowMs)
    for (let at = 0; at < this.#joined.length; at++) {
      const of = this.#joined[at] as number
      subjects[count + at] = (this.#counted[of] as Counted).wider(subjects[of] as Subject, client)
    }
    const readings = this.#wide.charge(subjects, this.#wideCosts, nowMs)
    return isPromise(readings) ? readings.then((late) => this.#merge(late)) : this.#merge(readings)
  }

  /** A limit and its companion read as one: as the one that leaves less. */
  #merge(readings: Reading[]): Reading[] {
    const count = this.#counted.length
    for (let at = 0; at < this.#joined.length; at++) {
      const of = this.#joined[at] as number
      const own = readings[of] as Reading
      const wide = readings[count + at] as Reading
      if (leavesLess(wide, own)) readings[of] = { ...wide, limit: own.limit }
    }
    readings.length = count
    return readings
  }
}

function leavesLess(a: Reading, b: Reading): boolean {
  if (a.admits !== b.admits) return b.admits
  return a.admits ? a.remaining < b.remaining : a.retryMs > b.retryMs
}

function limitOf(options: NamedLimit, prefix: string): Limit {
  const { name, shownAs, of, algorithm, quota, windowMs, burst, overflowTimes } = options
  const id = `${prefix}${name}${of === '*' ? '' : `@${of}`}`
  return { id, name: shownAs, algorithm, quota, windowMs, burst, overflowTimes }
}

function companionOf(limit: Limit): Limit {
  const { quota, burst } = limit
  return { ...limit, id: `${limit.id}/network`, quota: quota * NETWORK_TIMES, burst: burst * NETWORK_TIMES }
}
