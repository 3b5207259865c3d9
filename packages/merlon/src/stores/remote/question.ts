import type { Link } from './link.ts'
import type { Waiting } from './waits.ts'

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
  dueMs = 0
  settled = false
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
    this.settled = true
    this.link.succeeded()
    this.#settle(() => this.question.answered(value))
  }

  fail(error: unknown): void {
    this.link.over()
    if (!this.#replaced) {
      this.settled = true
      this.link.failed(error instanceof Error ? error.message : String(error), this.#askedMs)
      this.#settle(() => this.question.replace())
    }
    this.question.failed()
  }

  get #askedMs(): number {
    return this.dueMs - this.link.waitMs
  }

  giveUp(): void {
    this.settled = true
    this.#replaced = true
    this.link.failed(`no answer within ${this.link.waitMs} ms`, this.#askedMs)
    this.#settle(() => this.question.replace())
  }

  #settle(say: () => R): void {
    try {
      this.resolve(say())
    } catch (error) {
      this.reject(error)
    }
  }
}

/** A question that nobody waits for. */
export class Probe implements Waiting {
  dueMs = 0
  settled = false
  #late = false

  constructor(readonly link: Link) {}

  come(): void {
    this.settled = true
    this.link.probed(this, !this.#late, true)
  }

  fail(): void {
    this.settled = true
    this.link.probed(this, !this.#late, false)
  }

  giveUp(): void {
    this.#late = true
  }
}
