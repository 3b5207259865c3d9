import type { Limit } from '../../contract/counters.ts'

/**
 * What a limit means, for one subject: lists of what was admitted and plain arithmetic, in fractions where there are any.
 * Slow, and as plain as can be; it shares nothing with what it is held against. Times are whole milliseconds.
 */
export interface Model {
  /** What could be admitted at a time, if nothing happens until then. */
  remaining(atMs: number): number
  charge(cost: number, nowMs: number): void
  debit(cost: number, nowMs: number): void
  /** Gives back part of a charge of `chargedMs`. */
  refund(cost: number, chargedMs: number, nowMs: number): void
}

export interface PenaltyModel extends Model {
  strike(nowMs: number): void
}

/** @param zeroMs where windows begin to be counted */
export function modelOf(limit: Limit, zeroMs: number): Model {
  switch (limit.algorithm) {
    case 'gcra':
      return new Gcra(limit)
    case 'sliding-window':
      return new Sliding(limit, zeroMs)
    case 'fixed-window':
      return new Fixed(limit, zeroMs)
    case 'strict':
      return new Strict(limit)
    case 'penalty':
      return new Penalised(limit)
  }
}

/** A bucket that leaks `quota` parts a millisecond, and into which one unit brings `windowMs` parts. */
class Gcra implements Model {
  readonly #limit: Limit
  #level = 0n
  #atMs = 0

  constructor(limit: Limit) {
    this.#limit = limit
  }

  remaining(atMs: number): number {
    const free = BigInt(this.#limit.burst) * this.#unit - this.#levelAt(atMs)
    return free < 0n ? 0 : Number(free / this.#unit)
  }

  charge(cost: number, nowMs: number): void {
    this.#set(this.#levelAt(nowMs) + BigInt(cost) * this.#unit, nowMs)
  }

  debit(cost: number, nowMs: number): void {
    const most = BigInt(this.#limit.burst + this.#limit.quota) * this.#unit
    const level = this.#levelAt(nowMs) + BigInt(cost) * this.#unit
    this.#set(level < most ? level : most, nowMs)
  }

  refund(cost: number, chargedMs: number, nowMs: number): void {
    const leaked = BigInt(nowMs - chargedMs) * BigInt(this.#limit.quota)
    const given = BigInt(cost) * this.#unit - leaked
    if (given > 0n) this.#set(this.#levelAt(nowMs) - given, nowMs)
  }

  get #unit(): bigint {
    return BigInt(this.#limit.windowMs)
  }

  #levelAt(atMs: number): bigint {
    const level = this.#level - BigInt(atMs - this.#atMs) * BigInt(this.#limit.quota)
    return level > 0n ? level : 0n
  }

  #set(level: bigint, nowMs: number): void {
    this.#level = level > 0n ? level : 0n
    this.#atMs = nowMs
  }
}

interface Charge {
  readonly atMs: number
  cost: number
}

class Sliding implements Model {
  readonly #limit: Limit
  readonly #zeroMs: number
  readonly #charges: Charge[] = []

  constructor(limit: Limit, zeroMs: number) {
    this.#limit = limit
    this.#zeroMs = zeroMs
  }

  remaining(atMs: number): number {
    return Math.max(0, this.#limit.quota - this.#used(atMs))
  }

  charge(cost: number, nowMs: number): void {
    this.#charges.push({ atMs: nowMs, cost })
  }

  debit(cost: number, nowMs: number): void {
    const room = 2 * this.#limit.quota - this.#used(nowMs)
    if (room > 0) this.charge(Math.min(cost, room), nowMs)
  }

  refund(cost: number, chargedMs: number): void {
    let left = cost
    for (const charge of this.#charges.filter(({ atMs }) => atMs === chargedMs)) {
      const given = Math.min(left, charge.cost)
      charge.cost -= given
      left -= given
    }
  }

  #used(atMs: number): number {
    const { windowMs } = this.#limit
    const window = this.#windowOf(atMs)
    const sum = (of: number) =>
      this.#charges.filter((each) => this.#windowOf(each.atMs) === of).reduce((all, { cost }) => all + cost, 0)
    const rest = BigInt(windowMs - ((atMs - this.#zeroMs) % windowMs))
    const share = (BigInt(sum(window - 1)) * rest + BigInt(windowMs) - 1n) / BigInt(windowMs)
    return sum(window) + Number(share)
  }

  #windowOf(atMs: number): number {
    return Math.floor((atMs - this.#zeroMs) / this.#limit.windowMs)
  }
}

/** At each window's end a quota of what is owed is gone. */
class Fixed implements Model {
  readonly #limit: Limit
  readonly #zeroMs: number
  #used = 0
  #window = 0

  constructor(limit: Limit, zeroMs: number) {
    this.#limit = limit
    this.#zeroMs = zeroMs
  }

  remaining(atMs: number): number {
    return Math.max(0, this.#limit.quota - this.#usedAt(atMs))
  }

  charge(cost: number, nowMs: number): void {
    this.#set(this.#usedAt(nowMs) + cost, nowMs)
  }

  debit(cost: number, nowMs: number): void {
    const used = this.#usedAt(nowMs)
    this.#set(Math.max(used, Math.min(used + cost, 2 * this.#limit.quota)), nowMs)
  }

  refund(cost: number, chargedMs: number, nowMs: number): void {
    if (this.#windowOf(chargedMs) === this.#windowOf(nowMs)) this.#set(this.#usedAt(nowMs) - cost, nowMs)
  }

  #usedAt(atMs: number): number {
    return Math.max(0, this.#used - (this.#windowOf(atMs) - this.#window) * this.#limit.quota)
  }

  #set(used: number, nowMs: number): void {
    this.#used = Math.max(0, used)
    this.#window = this.#windowOf(nowMs)
  }

  #windowOf(atMs: number): number {
    return Math.floor((atMs - this.#zeroMs) / this.#limit.windowMs)
  }
}

/** For each unit the time at which it is a window old. */
class Strict implements Model {
  readonly #limit: Limit
  #ends: number[] = []

  constructor(limit: Limit) {
    this.#limit = limit
  }

  remaining(atMs: number): number {
    return this.#limit.quota - this.#ends.filter((end) => end > atMs).length
  }

  charge(cost: number, nowMs: number): void {
    for (let unit = 0; unit < cost; unit++) this.#ends.push(nowMs + this.#limit.windowMs)
  }

  debit(cost: number, nowMs: number): void {
    const { windowMs } = this.#limit
    for (let unit = 0; unit < cost; unit++) {
      if (this.remaining(nowMs) > 0) this.charge(1, nowMs)
      else {
        // It waits for the place that is free first, though never for more than a window.
        this.#ends = this.#ends.filter((end) => end > nowMs).sort((a, b) => a - b)
        const [first = 0, ...rest] = this.#ends
        if (first <= nowMs + windowMs) this.#ends = [...rest, first + windowMs]
      }
    }
  }

  refund(cost: number, chargedMs: number): void {
    for (let unit = 0; unit < cost; unit++) {
      const at = this.#ends.indexOf(chargedMs + this.#limit.windowMs)
      if (at >= 0) this.#ends.splice(at, 1)
    }
  }
}

class Penalised implements PenaltyModel {
  readonly #limit: Limit
  #strikes: number[] = []
  #untilMs = 0
  #times = 0
  #lastMs = 0

  constructor(limit: Limit) {
    this.#limit = limit
  }

  remaining(atMs: number): number {
    return atMs < this.#untilMs ? 0 : this.#limit.quota
  }

  strike(nowMs: number): void {
    const { after = 1, withinMs = 1, banMs = [1], forgetMs = 1 } = this.#limit.penalty ?? {}
    if (nowMs < this.#untilMs) return
    if (nowMs >= Math.max(this.#untilMs, this.#lastMs) + forgetMs) this.#times = 0
    this.#lastMs = nowMs
    this.#strikes = [...this.#strikes.filter((at) => at + withinMs > nowMs), nowMs]
    if (this.#strikes.length < after) return
    this.#strikes = []
    this.#untilMs = nowMs + (banMs[Math.min(this.#times, banMs.length - 1)] ?? 0)
    this.#times++
  }

  charge(): void {}

  debit(): void {}

  refund(): void {}
}
