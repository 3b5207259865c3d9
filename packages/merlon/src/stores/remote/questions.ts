import type { Reading, Subject } from '../../contract/counters.ts'
import type { Question } from './question.ts'
import type { Time } from './time.ts'
import { admitted, type Without } from './without.ts'

/** The caller uses its arrays again, so they are copied. */
export class Charge implements Question<Reading[], Reading[]> {
  readonly #subjects: readonly Subject[]
  readonly #costs: readonly number[]
  #local: boolean | undefined

  constructor(
    readonly without: Without,
    subjects: readonly Subject[],
    costs: readonly number[],
    readonly time: Time,
  ) {
    this.#subjects = [...subjects]
    this.#costs = [...costs]
  }

  answered(readings: Reading[]): Reading[] {
    this.without.learn(this.#subjects, readings, this.time.now())
    return readings
  }

  replace(): Reading[] {
    const readings = this.without.charge(this.#subjects, this.#costs, this.time.now(), false)
    this.#local = admitted(readings)
    return readings
  }

  late(readings: Reading[]): void {
    this.without.learn(this.#subjects, readings, this.time.now())
    if (!admitted(readings)) this.failed()
  }

  failed(): void {
    if (this.#local === true) this.without.owe(this.#subjects, this.#costs, this.time.now())
  }
}

export class Debit implements Question<void, void> {
  readonly #without: Without
  readonly #subjects: readonly Subject[]
  readonly #costs: readonly number[]
  readonly #time: Time

  constructor(without: Without, subjects: readonly Subject[], costs: readonly number[], time: Time) {
    this.#without = without
    this.#subjects = [...subjects]
    this.#costs = [...costs]
    this.#time = time
    // No reading comes back that would tell the shadow of it.
    without.debit(subjects, costs, time.now(), false)
  }

  answered(): void {}

  replace(): void {}

  late(): void {}

  failed(): void {
    this.#without.owe(this.#subjects, this.#costs, this.#time.now())
  }
}

export class Read implements Question<Reading[], Reading[]> {
  readonly #without: Without
  readonly #subjects: readonly Subject[]
  readonly #time: Time

  constructor(without: Without, subjects: readonly Subject[], time: Time) {
    this.#without = without
    this.#subjects = [...subjects]
    this.#time = time
  }

  answered(readings: Reading[]): Reading[] {
    this.late(readings)
    return readings
  }

  replace(): Reading[] {
    return this.#without.read(this.#subjects, this.#time.now())
  }

  late(readings: Reading[]): void {
    this.#without.learn(this.#subjects, readings, this.#time.now())
  }

  failed(): void {}
}

export class Remember implements Question<void, void> {
  constructor(readonly again: () => void) {}

  answered(): void {}

  replace(): void {}

  late(): void {}

  failed(): void {
    this.again()
  }
}

/** Sent, and nothing depends on it. */
export const IGNORED: Question<void, void> = { answered() {}, replace() {}, late() {}, failed() {} }
