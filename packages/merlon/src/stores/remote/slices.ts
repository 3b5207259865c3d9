import type { Limit, LimitSet, Reading, Reservation, Subject } from '../../contract/counters.ts'
import { largestSlice } from '../../contract/leased-bound.ts'
import { isPromise } from '../../contract/verdict.ts'
import { SliceReading } from './slice-reading.ts'
import type { Time } from './time.ts'

/** Units that were charged ahead. */
interface Slice {
  readonly reservation: Reservation
  readonly size: number
  units: number
  /** Not used from then on: a fifth before it expires. */
  readonly stopsMs: number
  /** Not given back from then on: its charge has begun to decay elsewhere. */
  readonly expiresMs: number
}

/** One subject of which slices are taken. */
export interface Holder {
  readonly subject: Subject
  slice: Slice | undefined
  next: Slice | undefined
  taking: boolean
  /** What a slice should hold, by what was used of the last. */
  wanted: number
  /** What the store said last, and when it was asked. */
  reading: Reading
  atMs: number
  /** Used since the last look. */
  used: boolean
}

const MOST_HOLDERS = 10_000

/** A slice of fewer saves nothing. */
const LEAST = 2

/** Cells that count how often subjects come: one that many share is hot a little early, which harms nobody. */
const CELLS = 16_384

/** Decisions within a slice's time that make a subject hot. */
const HOT = 16

export interface SlicesOptions {
  readonly limit: Limit
  /** The limit by itself. */
  readonly set: LimitSet
  readonly time: Time
  readonly sliceMs: number
  /** How many count, once it is known and stands; undefined as long as no slices are to be taken. */
  instances(): number | undefined
  /** The first slice is there: from now on somebody has to look after them. */
  held(): void
}

/**
 * The slices of one limit: units that this process has charged ahead for subjects that come often, so that it decides
 * by itself whether they are admitted.
 */
export class Slices {
  readonly #options: SlicesOptions
  readonly #holders = new Map<string, Holder>()
  readonly #counts = new Uint8Array(CELLS)
  #countedMs = Number.NEGATIVE_INFINITY
  #generation = 0

  constructor(options: SlicesOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#holders.size
  }

  /** Units that are charged and not used. */
  get outstanding(): number {
    let sum = 0
    for (const { slice, next } of this.#holders.values()) sum += (slice?.units ?? 0) + (next?.units ?? 0)
    return sum
  }

  /** Whoever holds enough for this, now. The clock is looked at here, on every use: the process may have been stopped. */
  find({ key }: Subject, cost: number, nowMs: number): Holder | undefined {
    const holder = this.#holders.get(key)
    if (holder === undefined) return undefined
    const { slice } = holder
    if (slice !== undefined && slice.units >= cost && nowMs < slice.stopsMs) return holder
    return this.#turn(holder, cost, nowMs) ? holder : undefined
  }

  /** Uses what `find` has found. */
  use(holder: Holder, cost: number, nowMs: number): Reading {
    const slice = holder.slice as Slice
    slice.units -= cost
    holder.used = true
    if (slice.units <= slice.size >> 2 && holder.next === undefined && !holder.taking) this.#take(holder, nowMs)
    const { limit } = this.#options
    const { reading, atMs } = holder
    const remaining = Math.min(limit.burst, reading.remaining + slice.units)
    return new SliceReading(limit, cost, remaining, reading, nowMs - atMs)
  }

  /** Counts how often a subject comes; whether often enough. It is asked of those that are decided by the store. */
  isHot(subject: Subject, nowMs: number): boolean {
    if (nowMs >= this.#countedMs + this.#options.sliceMs) {
      this.#counts.fill(0)
      this.#countedMs = nowMs
    }
    const cell = cellOf(subject.key)
    const count = this.#counts[cell] as number
    if (count < HOT) this.#counts[cell] = count + 1
    return count + 1 >= HOT
  }

  /** The store has decided for a hot subject: from now on slices are taken, where there is enough to take. */
  begin(subject: Subject, reading: Reading, nowMs: number): void {
    if (reading.degraded !== undefined) return
    let holder = this.#holders.get(subject.key)
    if (holder === undefined) {
      if (this.#holders.size >= MOST_HOLDERS || this.#largest(reading) < LEAST) return
      const fresh = { subject, slice: undefined, next: undefined, taking: false, wanted: HOT, used: true }
      holder = { ...fresh, reading, atMs: nowMs }
      this.#holders.set(subject.key, holder)
      if (this.#holders.size === 1) this.#options.held()
    }
    holder.reading = reading
    holder.atMs = nowMs
    if (!holder.taking && holder.next === undefined) this.#take(holder, nowMs)
  }

  /** Gives back what was not needed, and lets go of who does not come any more. */
  sweep(nowMs: number): void {
    for (const [key, holder] of this.#holders) {
      const { slice, next } = holder
      if (slice !== undefined && nowMs >= slice.stopsMs) {
        // Half of what was wanted would have done.
        if (slice.units > slice.size / 2) holder.wanted = Math.max(HOT, Math.ceil(holder.wanted / 2))
        this.#giveBack(slice, nowMs)
        holder.slice = undefined
      }
      if (next !== undefined && nowMs >= next.stopsMs) {
        this.#giveBack(next, nowMs)
        holder.next = undefined
      }
      if (holder.slice === undefined && holder.next === undefined && !holder.taking && !holder.used) {
        this.#holders.delete(key)
      }
      holder.used = false
    }
  }

  /** What was charged of these subjects has been forgotten, so there is nothing to give back. */
  drop(): void {
    this.#generation++
    this.#holders.clear()
  }

  /** Gives back all that is held. */
  async close(nowMs: number): Promise<void> {
    const sent: (PromiseLike<void> | undefined)[] = []
    for (const { slice, next } of this.#holders.values()) {
      if (slice !== undefined) sent.push(this.#giveBack(slice, nowMs))
      if (next !== undefined) sent.push(this.#giveBack(next, nowMs))
    }
    this.drop()
    await Promise.all(sent)
  }

  /** Goes over to the next slice; whether that is enough. */
  #turn(holder: Holder, cost: number, nowMs: number): boolean {
    const { slice, next } = holder
    if (next === undefined || next.units < cost || nowMs >= next.stopsMs) return false
    if (slice !== undefined) {
      // It was used up before its time.
      if (nowMs < slice.stopsMs) holder.wanted *= 2
      this.#giveBack(slice, nowMs)
    }
    holder.slice = next
    holder.next = undefined
    return true
  }

  #largest({ remaining }: Reading): number {
    const instances = this.#options.instances()
    if (instances === undefined) return 0
    return Math.min(Math.floor(remaining / (2 * instances)), largestSlice(this.#options.limit, instances))
  }

  #take(holder: Holder, nowMs: number): void {
    const { set, sliceMs } = this.#options
    const size = Math.min(this.#largest(holder.reading) - (holder.slice?.units ?? 0), holder.wanted)
    if (size < LEAST) return
    const generation = this.#generation
    holder.taking = true
    const came = (reservation: Reservation) => {
      holder.taking = false
      const [reading] = reservation.readings
      if (generation !== this.#generation || reading === undefined) return
      if (!reading.admits || reading.degraded !== undefined) {
        // The store is away, and each request is decided by the share.
        if (reading.admits) void reservation.refund()
        return
      }
      // Counted from before it was sent: the store has charged it later than that.
      const slice = { reservation, size, units: size, stopsMs: nowMs + 0.8 * sliceMs, expiresMs: nowMs + sliceMs }
      holder.reading = reading
      holder.atMs = nowMs
      if (holder.slice === undefined) holder.slice = slice
      else holder.next = slice
    }
    const answer = set.reserve([holder.subject], [size], nowMs)
    if (!isPromise(answer)) came(answer)
    else {
      answer.then(came, () => {
        holder.taking = false
      })
    }
  }

  #giveBack({ reservation, units, expiresMs }: Slice, nowMs: number): PromiseLike<void> | undefined {
    if (units === 0 || nowMs >= expiresMs) return undefined
    const sent = reservation.refund([0], [units])
    return isPromise(sent) ? sent.then(undefined, () => {}) : undefined
  }
}

function cellOf(key: string): number {
  let hash = 0
  for (let at = 0; at < key.length; at++) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0
  return (hash ^ (hash >>> 15)) & (CELLS - 1)
}
