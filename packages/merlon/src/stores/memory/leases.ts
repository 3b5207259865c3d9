import type { ConcurrencyLimit, Lease, LeaseSet, Subject } from '../../contract/counters.ts'
import type { Clock } from './clock.ts'

/** Subjects of one limit that are counted each for itself; whoever comes beyond them shares with its network. */
const MOST = 65_536

/** What a place shared by a network holds, for each that one of its subjects has. */
const SHARED_TIMES = 16

/** Who holds places now. Gone once nobody does. */
interface Holder {
  readonly key: string
  count: number
}

/** One place, in a list by the time at which it was taken, which is that by which it ends. */
interface Place {
  readonly holder: Holder
  readonly endMs: number
  before: Place | undefined
  after: Place | undefined
  /** Whether it is still counted. */
  held: boolean
}

/** The places of one limit. What a process has open bounds them; what it never gives back ends by itself. */
export class Leases {
  readonly #leaseMs: number
  readonly #holders = new Map<string, Holder>()
  #first: Place | undefined
  #last: Place | undefined

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs
  }

  get size(): number {
    return this.#holders.size
  }

  /** Whether there is a place for it. */
  admits(subject: Subject, most: number, nowMs: number): boolean {
    this.#end(nowMs)
    const key = this.#keyOf(subject)
    return (this.#holders.get(key)?.count ?? 0) < (key === subject.key ? most : most * SHARED_TIMES)
  }

  take(subject: Subject, nowMs: number): Place {
    const key = this.#keyOf(subject)
    const holder = this.#holders.get(key) ?? { key, count: 0 }
    this.#holders.set(key, holder)
    holder.count++
    const place: Place = {
      holder,
      endMs: nowMs + this.#leaseMs,
      before: this.#last,
      after: undefined,
      held: true,
    }
    if (this.#last === undefined) this.#first = place
    else this.#last.after = place
    this.#last = place
    return place
  }

  give(place: Place): void {
    if (!place.held) return
    place.held = false
    if (place.before === undefined) this.#first = place.after
    else place.before.after = place.after
    if (place.after === undefined) this.#last = place.before
    else place.after.before = place.before
    const { holder } = place
    holder.count--
    if (holder.count === 0 && this.#holders.get(holder.key) === holder) this.#holders.delete(holder.key)
  }

  clear(): void {
    while (this.#first !== undefined) this.give(this.#first)
  }

  #end(nowMs: number): void {
    while (this.#first !== undefined && this.#first.endMs <= nowMs) this.give(this.#first)
  }

  #keyOf({ key, network }: Subject): string {
    if (this.#holders.size < MOST || this.#holders.has(key)) return key
    return `shared ${network?.key ?? ''}`
  }
}

export class MemoryLeaseSet implements LeaseSet {
  readonly #limits: readonly ConcurrencyLimit[]
  readonly #leases: readonly Leases[]
  readonly #clock: Clock

  constructor(limits: readonly ConcurrencyLimit[], leases: readonly Leases[], clock: Clock) {
    this.#limits = limits
    this.#leases = leases
    this.#clock = clock
  }

  acquire(subjects: readonly Subject[], nowMs: number): Lease {
    const now = this.#clock.at(nowMs)
    const leases = this.#leases
    for (let at = 0; at < leases.length; at++) {
      const limit = this.#limits[at] as ConcurrencyLimit
      if (!(leases[at] as Leases).admits(subjects[at] as Subject, limit.most, now)) {
        return { refusedBy: limit, release: nothing }
      }
    }
    const places = leases.map((each, at) => each.take(subjects[at] as Subject, now))
    const release = () => {
      for (let at = 0; at < places.length; at++) (leases[at] as Leases).give(places[at] as Place)
    }
    return { refusedBy: undefined, release }
  }
}

function nothing(): void {}
