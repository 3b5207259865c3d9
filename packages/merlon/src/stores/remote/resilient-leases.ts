import type { ConcurrencyLimit, Lease, LeaseSet, OnFailure, Subject } from '../../contract/counters.ts'
import { isPromise, type MaybePromise } from '../../contract/verdict.ts'
import type { Link } from './link.ts'
import type { Question } from './question.ts'

/** What this process itself has running under one limit, by subject: that it always knows. */
export class Running {
  readonly limit: ConcurrencyLimit
  readonly #counts = new Map<string, number>()
  #most: number

  constructor(limit: ConcurrencyLimit) {
    this.limit = limit
    this.#most = limit.most
  }

  divide(instances: number | undefined): void {
    this.#most = Math.max(1, Math.floor(this.limit.most / (instances ?? 4)))
  }

  /** Without the store: whether there is a place in this process' share. */
  admits({ key }: Subject): boolean {
    const mode = this.mode
    return mode === 'open' || (mode === 'local' && (this.#counts.get(key) ?? 0) < this.#most)
  }

  get mode(): OnFailure {
    return this.limit.onFailure ?? 'local'
  }

  add({ key }: Subject): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  remove({ key }: Subject): void {
    const left = (this.#counts.get(key) ?? 0) - 1
    if (left > 0) this.#counts.set(key, left)
    else this.#counts.delete(key)
  }
}

/** Places that are given in time, whatever the store does. */
export class ResilientLeaseSet implements LeaseSet {
  readonly #inner: LeaseSet
  readonly #running: readonly Running[]
  readonly #link: Link

  constructor(inner: LeaseSet, running: readonly Running[], link: Link) {
    this.#inner = inner
    this.#running = running
    this.#link = link
  }

  acquire(subjects: readonly Subject[], nowMs: number): MaybePromise<Lease> {
    if (!this.#link.usable()) return localLease(this.#running, [...subjects])
    let answer: MaybePromise<Lease>
    try {
      answer = this.#inner.acquire(subjects, nowMs)
    } catch (error) {
      answer = Promise.reject(error)
    }
    const question = new Acquire(this.#running, [...subjects])
    return isPromise(answer) ? this.#link.ask(answer, question) : question.answered(answer)
  }
}

class Acquire implements Question<Lease, Lease> {
  readonly #running: readonly Running[]
  readonly #subjects: readonly Subject[]
  #local: HeldLease | undefined

  constructor(running: readonly Running[], subjects: readonly Subject[]) {
    this.#running = running
    this.#subjects = subjects
  }

  answered(lease: Lease): Lease {
    return lease.refusedBy === undefined ? new HeldLease(this.#running, this.#subjects, lease, undefined) : lease
  }

  replace(): Lease {
    const lease = localLease(this.#running, this.#subjects)
    if (lease instanceof HeldLease) this.#local = lease
    return lease
  }

  /** The place is taken there too: it belongs to whoever was let in here, or to nobody. */
  late(lease: Lease): void {
    if (lease.refusedBy !== undefined) return
    if (this.#local === undefined) lease.release()
    else this.#local.adopt(lease)
  }

  failed(): void {}
}

function localLease(running: readonly Running[], subjects: readonly Subject[]): Lease {
  const refusing = running.find((each, at) => !each.admits(subjects[at] as Subject))
  if (refusing !== undefined) return { refusedBy: refusing.limit, degraded: refusing.mode, release() {} }
  return new HeldLease(running, subjects, undefined, running.some(({ mode }) => mode === 'local') ? 'local' : 'open')
}

class HeldLease implements Lease {
  readonly refusedBy = undefined
  readonly degraded?: OnFailure
  readonly #running: readonly Running[]
  readonly #subjects: readonly Subject[]
  #inner: Lease | undefined
  #released = false

  constructor(
    running: readonly Running[],
    subjects: readonly Subject[],
    inner: Lease | undefined,
    degraded: OnFailure | undefined,
  ) {
    this.#running = running
    this.#subjects = subjects
    this.#inner = inner
    if (degraded !== undefined) this.degraded = degraded
    running.forEach((each, at) => {
      each.add(subjects[at] as Subject)
    })
  }

  adopt(lease: Lease): void {
    this.#inner = lease
    if (this.#released) lease.release()
  }

  release(): void {
    if (this.#released) return
    this.#released = true
    this.#running.forEach((each, at) => {
      each.remove(this.#subjects[at] as Subject)
    })
    this.#inner?.release()
  }
}
