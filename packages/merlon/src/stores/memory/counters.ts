import type { Ban, ConcurrencyLimit, Counters, Limit, StoreHost, Subject } from '../../contract/counters.ts'
import { Bans } from './bans.ts'
import { Budget } from './budget.ts'
import { Clock } from './clock.ts'
import { FixedPart } from './fixed-part.ts'
import { GcraPart } from './gcra-part.ts'
import { Known } from './known.ts'
import { Leases, MemoryLeaseSet } from './leases.ts'
import { type MemoryLimitSet, openSet } from './limit-set.ts'
import { MemoryOverrides } from './overrides.ts'
import { Scratch } from './page.ts'
import type { Part, Shared } from './part.ts'
import { PenaltyPart } from './penalty-part.ts'
import { SlidingPart } from './sliding-part.ts'
import { StrictPart } from './strict-part.ts'

export interface MemoryCountersOptions {
  /**
   * The most that all tables together may take, in bytes. It is taken as it is needed; at the bound, subjects that owe
   * nothing make room, and whoever still finds no place is counted in cells that a network shares. Default: 128 MB,
   * which is some four million subjects that owe at the same time, or 1 MB a limit where that is more.
   */
  readonly maxBytes?: number
  /** Milliseconds since 1970, which windows of the calendar follow. Default: the process' clock. */
  readonly wall?: () => number
}

/** Counters of this process alone. What is counted is gone when the process ends. */
export class MemoryCounters implements Counters {
  readonly name = 'memory'
  readonly shared = false
  readonly atomic = true
  readonly needsSecret = false
  readonly overrides = new MemoryOverrides()
  readonly #budget: Budget
  readonly #clock: Clock
  readonly #shared: Shared
  readonly #parts = new Map<string, Part>()
  readonly #leases = new Map<string, Leases>()
  readonly #bans = new Bans()
  readonly #known: Known
  #scratch: Scratch | undefined

  constructor({ maxBytes, wall }: MemoryCountersOptions = {}) {
    if (maxBytes !== undefined && !(Number.isSafeInteger(maxBytes) && maxBytes > 0)) {
      throw new RangeError(`memoryCounters: maxBytes is ${String(maxBytes)}, expected a whole number of bytes`)
    }
    this.#budget = new Budget(maxBytes)
    this.#clock = new Clock(wall)
    this.#shared = {
      budget: this.#budget,
      clock: this.#clock,
      scratch: () => {
        this.#scratch ??= new Scratch()
        return this.#scratch
      },
    }
    this.#known = new Known(this.#shared)
  }

  attach({ wall }: StoreHost): void {
    if (wall !== undefined) this.#clock.follow(wall)
  }

  prepare(limits: readonly Limit[]): MemoryLimitSet {
    refuseTwins(limits)
    const parts = limits.map((limit) => this.#part(limit))
    return openSet(parts, this.#known, this.#clock)
  }

  prepareLeases(limits: readonly ConcurrencyLimit[]): MemoryLeaseSet {
    refuseTwins(limits)
    const leases = limits.map((limit) => {
      // Sets may differ in how many they allow: what has a higher priority may take places that others must leave.
      const name = JSON.stringify([limit.id, limit.leaseMs])
      const each = this.#leases.get(name) ?? new Leases(limit.leaseMs)
      this.#leases.set(name, each)
      return each
    })
    return new MemoryLeaseSet(limits, leases, this.#clock)
  }

  bans(): Ban[] {
    const nowMs = this.#clock.guess()
    return this.#bans.list(nowMs, this.#clock.wallMs + nowMs - this.#clock.nowMs)
  }

  /** @throws TypeError where the limit is no penalty */
  ban(limit: Limit, subject: Subject, forMs: number): void {
    this.#penalty(limit).ban(subject, forMs, this.#clock.guess())
  }

  /** @throws TypeError where the limit is no penalty */
  unban(limit: Limit, subject: Subject): void {
    this.#penalty(limit).forget(subject)
  }

  reset(): void {
    for (const part of this.#parts.values()) part.clear()
    for (const leases of this.#leases.values()) leases.clear()
    this.#bans.clear()
    this.#known.clear()
    this.#clock.reset()
  }

  /** Bytes of all tables, with the cells that are promised; never more than `maxBytes`. */
  get bytes(): number {
    return this.#budget.used
  }

  /** Entries of all tables: a subject has one in each limit that has counted it. */
  get size(): number {
    let sum = this.#known.size
    for (const part of this.#parts.values()) sum += part.size
    return sum
  }

  /** A limit that changes under its id starts anew: times of another rate would mean nothing to it. */
  #part(limit: Limit): Part {
    const { id, algorithm, quota, windowMs, burst, overflowTimes, calendar, penalty } = limit
    const name = JSON.stringify([id, algorithm, quota, windowMs, burst, overflowTimes, calendar, penalty])
    let part = this.#parts.get(name)
    if (part === undefined) {
      part = this.#open(limit)
      this.#budget.admit()
      this.#parts.set(name, part)
    }
    return part
  }

  #open(limit: Limit): Part {
    switch (limit.algorithm) {
      case 'gcra':
        return new GcraPart(limit, this.#shared)
      case 'sliding-window':
        return new SlidingPart(limit, this.#shared)
      case 'fixed-window':
        return new FixedPart(limit, this.#shared)
      case 'strict':
        return new StrictPart(limit, this.#shared)
      case 'penalty':
        return new PenaltyPart(limit, this.#shared, this.#bans)
    }
  }

  #penalty(limit: Limit): PenaltyPart {
    const part = limit.algorithm === 'penalty' ? this.#part(limit) : undefined
    if (part instanceof PenaltyPart) return part
    throw new TypeError(`only a penalty bans, and ${limit.id} is counted by ${limit.algorithm}`)
  }
}

function refuseTwins(limits: readonly { readonly id: string }[]): void {
  const ids = new Set(limits.map(({ id }) => id))
  if (ids.size === limits.length) return
  throw new TypeError(`limits that are decided together need ids of their own, got ${[...ids].join(', ')}`)
}
