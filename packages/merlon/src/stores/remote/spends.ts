import type { Subject } from '../../contract/counters.ts'

/** What one subject has been admitted without the store, as times like those in the table. */
interface Spend {
  readonly subject: Subject
  /** When what the store has charged is paid off. */
  base: number
  /** When that and what was admitted here is. */
  time: number
  /** What one unit took. */
  interval: number
  /** It has been handed over once, and nobody knows whether it arrived. */
  again: boolean
}

/** A share that is to be handed to the store. */
export interface Owed {
  readonly subject: Subject
  readonly units: number
  readonly again: boolean
}

/** Of each limit. Who comes later is not handed on. */
const MOST = 65_536

/**
 * What has been admitted here and the store has not charged. It decays as it would have there: what is handed over is
 * what would still be owed, and so never more than was admitted.
 */
export class Spends {
  readonly #spends = new Map<string, Spend>()
  /** Units that will not be handed over: they found no place, or it failed twice. */
  lost = 0
  /** Told of the first one. */
  onAdd: () => void = () => {}

  get size(): number {
    return this.#spends.size
  }

  /**
   * Adds ticks; `time` is when the subject owes nothing, with them. Gives the same as it is with what else is owed
   * here.
   */
  add(subject: Subject, ticks: number, time: number, now: number, interval: number): number {
    const spend = this.#spends.get(subject.key)
    if (spend !== undefined) {
      const owed = owedBy(spend, now) * (interval / spend.interval) + ticks
      spend.base = Math.max(spend.base, now)
      spend.time = spend.base + owed
      spend.interval = interval
      return spend.time
    }
    if (this.#spends.size >= MOST) {
      this.lost += ticks / interval
      return time
    }
    const base = Math.max(now, time - ticks)
    this.#spends.set(subject.key, { subject, base, time: base + ticks, interval, again: false })
    if (this.#spends.size === 1) this.onAdd()
    return base + ticks
  }

  /** The store has spoken of this subject: what is owed stands on that. Gives the time at which all of it is paid. */
  rebase({ key }: Subject, base: number, now: number): number {
    const spend = this.#spends.get(key)
    if (spend === undefined) return base
    const owed = owedBy(spend, now)
    spend.base = Math.max(base, now)
    spend.time = spend.base + owed
    return owed === 0 ? base : spend.time
  }

  /** Takes ticks away, as many as are there; gives how many. */
  remove({ key }: Subject, ticks: number, now: number): number {
    const spend = this.#spends.get(key)
    if (spend === undefined) return 0
    const taken = Math.min(ticks, owedBy(spend, now))
    spend.time -= taken
    return taken
  }

  /** Takes one subject's, or anybody's, to hand it over. */
  take(key: string | undefined, now: number): Owed | undefined {
    for (const each of key === undefined ? this.#spends.keys() : [key]) {
      const spend = this.#spends.get(each)
      this.#spends.delete(each)
      // Rounded up: a unit that is half paid is owed.
      const units = spend === undefined ? 0 : Math.ceil(owedBy(spend, now) / spend.interval)
      if (spend !== undefined && units > 0) return { subject: spend.subject, units, again: spend.again }
    }
    return undefined
  }

  triedAlready({ key }: Subject): void {
    const spend = this.#spends.get(key)
    if (spend !== undefined) spend.again = true
  }

  forget({ key }: Subject): void {
    this.#spends.delete(key)
  }

  clear(): void {
    this.#spends.clear()
    this.lost = 0
  }
}

function owedBy({ base, time }: Spend, now: number): number {
  return Math.max(0, time - Math.max(base, now))
}
