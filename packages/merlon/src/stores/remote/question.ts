import type { Link } from './link.ts'
import type { Batch, Waiting } from './waits.ts'

/** One question to the store, and what becomes of it. */
export interface Question<T, R> {
  /** The answer came in time. */
  answered(value: T): R
  /** There is none yet, or there will be none: what to say in its place. */
  replace(): R
  /** It came after its place was taken: what it charged stands. */
  late(value: T): void
  /** It failed; nobody knows whether it was done. */
  failed(): void
}

/** One who waits for an answer. */
export class Asked<T, R> implements Waiting {
  batch: Batch | undefined
  askedMs = 0
  #replaced = false

  constructor(
    readonly link: Link,
    readonly question: Question<T, R>,
    readonly resolve: (value: R) => void,
    readonly reject: (error: unknown) => void,
  ) {}

  come(value: T): void {
    this.link.over()
    if (this.#replaced) {
      this.question.late(value)
      return
    }
    this.batch?.settle(this)
    this.link.succeeded()
    try {
      this.resolve(this.question.answered(value))
    } catch (error) {
      this.reject(error)
    }
  }

  fail(error: unknown): void {
    this.link.over()
    if (!this.#replaced) {
      this.batch?.settle(this)
      this.#replace(error instanceof Error ? error.message : String(error))
    }
    this.question.failed()
  }

  giveUp(): void {
    this.batch = undefined
    this.#replace(`no answer within ${this.link.waitMs} ms`)
  }

  #replace(why: string): void {
    this.#replaced = true
    this.link.failed(why, this.askedMs)
    try {
      this.resolve(this.question.replace())
    } catch (error) {
      this.reject(error)
    }
  }
}

/** A question that nobody waits for. */
export class Probe implements Waiting {
  batch: Batch | undefined
  readonly #link: Link
  #late = false

  constructor(link: Link) {
    this.#link = link
  }

  come(): void {
    this.batch?.settle(this)
    this.#link.probed(this, !this.#late, true)
  }

  fail(): void {
    this.batch?.settle(this)
    this.#link.probed(this, !this.#late, false)
  }

  giveUp(): void {
    this.batch = undefined
    this.#late = true
  }
}
