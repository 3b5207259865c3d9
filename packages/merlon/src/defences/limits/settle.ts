import type { Answer } from '../../contract/answer.ts'
import type { Charged } from '../../contract/charged.ts'
import type { Reservation, Subject } from '../../contract/counters.ts'
import type { Facts } from '../../contract/facts.ts'
import { isPromise } from '../../contract/verdict.ts'
import { bytesBeyond } from './cost.ts'
import { AccountSubject } from './device.ts'
import type { LimitOptions } from './options.ts'
import type { Plan } from './plan.ts'
import type { Prepared } from './sets.ts'

interface Parts {
  /** In the order of the set. */
  readonly plans: readonly Plan[]
  readonly prepared: Prepared
  readonly reservation: Reservation
  readonly subjects: readonly Subject[]
  readonly costs: readonly number[]
  readonly now: () => number
}

/** What one phase has charged one request, until the outcome is known. It was charged when the request came. */
export class Settlement implements Charged {
  readonly #parts: Parts
  #settled = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  refund(name?: string): void {
    const places = this.#places(({ options }) => {
      return options.counts !== undefined && (name === undefined || options.name === name)
    })
    if (places.length > 0) quietly(() => this.#parts.reservation.refund(places))
  }

  settle(facts: Facts, answer: Answer): void {
    const { status } = answer
    // A request that its client left has no known outcome: nobody has seen the answer.
    if (this.#settled) return
    this.#settled = true
    this.#settleBytes(facts)
    if (facts.signal.aborted) return
    // What another limit has refused never came to the handler, so nothing was tried.
    const untried = facts.refusal?.code === 'rate-limited'
    const places = this.#places(({ options }) => (untried ? dependsOnStatus(options) : givesBack(options, status)))
    if (places.length === 0) return
    quietly(() => this.#parts.reservation.refund(places))
    if (!untried) this.#remember(facts, answer)
  }

  /** Who has signed in from here counts apart from now on. */
  #remember(facts: Facts, answer: Answer): void {
    const { plans, prepared, subjects, now } = this.#parts
    let forMs = 0
    for (const { options } of plans) {
      if (options.knownMs !== undefined && givesBack(options, answer.status)) forMs = Math.max(forMs, options.knownMs)
    }
    if (forMs === 0) return
    quietly(() => prepared.set.remember(subjects, forMs, now()))
    for (const each of subjects) {
      // Over plain HTTP no browser keeps it, and whoever listens would.
      if (each instanceof AccountSubject && each.cookie && facts.secure) answer.append('Set-Cookie', each.cookie)
    }
  }

  #settleBytes(facts: Facts): void {
    const { plans, prepared, subjects, costs, reservation, now } = this.#parts
    const beyond = costs.map(() => 0)
    const places = this.#places((plan) => plan.options.cost === 'bytes')
    if (places.length === 0) return
    for (const at of places) {
      const of = at < plans.length ? at : (prepared.joined[at - plans.length] as number)
      beyond[at] = bytesBeyond(facts, costs[of] as number)
    }
    if (places.some((at) => (beyond[at] as number) > 0)) {
      quietly(() =>
        prepared.set.debit(
          subjects,
          beyond.map((each) => Math.max(0, each)),
          now(),
        ),
      )
    }
    // What was declared and not sent was never a burden.
    const less = places.filter((at) => (beyond[at] as number) < 0)
    if (less.length > 0)
      quietly(() =>
        reservation.refund(
          less,
          less.map((at) => -(beyond[at] as number)),
        ),
      )
  }

  /** Places in the set of some limits, their companions with them. */
  #places(wanted: (plan: Plan) => boolean): number[] {
    const { plans, prepared } = this.#parts
    const own = plans.flatMap((plan, at) => (wanted(plan) ? at : []))
    const companions = prepared.joined.flatMap((of, at) => (own.includes(of) ? plans.length + at : []))
    return [...own, ...companions]
  }
}

function dependsOnStatus({ counts }: LimitOptions): boolean {
  return counts === 'failures' || counts === 'successes'
}

/** Whether this outcome is one that the limit does not count. */
function givesBack({ counts, success = [] }: LimitOptions, status: number): boolean {
  if (counts === 'failures') return success.includes(status) || success.includes(Math.floor(status / 100))
  // What timed out may have succeeded; a 429 of the handler's own says nothing of what it has done.
  return counts === 'successes' && status >= 400 && status < 500 && status !== 408 && status !== 429
}

/** A refund is sent once, and nobody waits for it; where it fails the charge stays and decays. */
export function quietly(send: () => PromiseLike<void> | void): void {
  try {
    const sent = send()
    if (sent !== undefined && isPromise(sent)) sent.then(nothing, nothing)
  } catch {}
}

function nothing(): void {}
