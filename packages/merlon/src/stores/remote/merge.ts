import type { LimitSet, Subject } from '../../contract/counters.ts'
import { isPromise, type MaybePromise } from '../../contract/verdict.ts'
import type { Shadow } from './shadow.ts'
import type { Owed } from './spends.ts'
import type { Time } from './time.ts'

/** Sent before an answer to one of them has come: the store has just come back, and has other things to do. */
const MOST_AT_ONCE = 64

/** Known subjects to remember, of those who signed in meanwhile. The oldest are dropped. */
const MOST_LATER = 10_000

/** After one that failed, where the store answers others. */
const AGAIN_MS = 1000

/** Hands over to the store what was admitted without it. */
export class Merge {
  readonly #time: Time
  readonly #possible: () => boolean
  readonly #owing: { readonly shadow: Shadow; readonly set: LimitSet }[] = []
  #later: (() => MaybePromise<void>)[] = []
  #sent = 0

  /** Whether there may be something to hand over. */
  open = false

  constructor(time: Time, possible: () => boolean) {
    this.#time = time
    this.#possible = possible
  }

  add(shadow: Shadow, set: LimitSet): void {
    this.#owing.push({ shadow, set })
    shadow.spends.onAdd = () => this.#opened()
  }

  later(call: () => MaybePromise<void>): void {
    if (this.#later.length >= MOST_LATER) this.#later.shift()
    this.#later.push(call)
    this.#opened()
  }

  begin(): void {
    while (this.#sent < MOST_AT_ONCE && this.#possible()) if (!this.#sendNext()) return
  }

  /** What these subjects have been admitted goes before what they are counted for now. */
  first(subjects: readonly Subject[]): void {
    for (const { shadow, set } of this.#owing) {
      if (shadow.spends.size === 0) continue
      for (const { key, known } of subjects) {
        this.#hand(shadow, set, key)
        if (known !== undefined) this.#hand(shadow, set, known.key)
      }
    }
  }

  clear(): void {
    this.#later = []
    this.open = false
  }

  #opened(): void {
    if (this.open) return
    this.open = true
    // What was left over while the store answers others: once this turn is over.
    if (this.#possible()) this.#time.turn(() => this.begin())
  }

  #sendNext(): boolean {
    for (const { shadow, set } of this.#owing) {
      if (shadow.spends.size > 0 && this.#hand(shadow, set, undefined)) return true
    }
    const call = this.#later.shift()
    if (call !== undefined) {
      this.#send(call, () => this.later(call))
      return true
    }
    if (this.#sent === 0) this.open = false
    return false
  }

  #hand(shadow: Shadow, set: LimitSet, key: string | undefined): boolean {
    const now = this.#time.now()
    const owed = shadow.take(key, now)
    if (owed === undefined) return false
    const again = () => {
      // One that failed may have been done. It is tried once more, so that it is rather counted twice than lost; a third
      // time would let a connection that breaks after each question charge a client without end.
      if (owed.again) shadow.spends.lost += owed.units
      else shadow.owe(owed.subject, owed.units, this.#time.now(), true)
    }
    this.#send(() => this.#debit(set, shadow, owed, now), again)
    return true
  }

  #debit(set: LimitSet, { limit }: Shadow, { subject, units }: Owed, now: number): MaybePromise<void> {
    return set.debit([subject], [Math.min(units, limit.burst + limit.quota)], now)
  }

  #send(call: () => MaybePromise<void>, again: () => void): void {
    this.#sent++
    const over = () => {
      this.#sent--
      this.begin()
    }
    const failed = () => {
      again()
      this.#sent--
      this.#time.timer(AGAIN_MS, () => this.begin())
    }
    try {
      const answer = call()
      if (isPromise(answer)) answer.then(over, failed)
      else this.#sent--
    } catch {
      failed()
    }
  }
}
