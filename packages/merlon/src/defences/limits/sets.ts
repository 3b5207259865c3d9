import type { Counters, LimitSet } from '../../contract/counters.ts'
import type { Facts } from '../../contract/facts.ts'
import type { PenaltyOptions } from './penalty.ts'
import { penaltyLimit } from './penalty.ts'
import { fallsBack, type Plan, type Variant } from './plan.ts'

/** Limits that one request is decided by, together: those of a phase, companions for a /48, penalties. */
export interface Prepared {
  readonly set: LimitSet
  /** Which plans, in the set's order. */
  readonly places: readonly number[]
  /** Which of these have a companion; those follow in the set, in this order. */
  readonly joined: readonly number[]
  /** How many penalties stand at its end. */
  readonly penalties: number
  /** Of all of the set, where they are the same for every request. */
  readonly costs: readonly number[] | undefined
  readonly variants: readonly Variant[]
}

/** Combinations of rates that a phase keeps ready. */
const MOST_SETS = 1024

/** The sets that a phase may need: two, where no rate varies. */
export class Sets {
  readonly #plans: readonly Plan[]
  readonly #penalties: readonly PenaltyOptions[]
  readonly #counters: Counters
  readonly #varies: boolean
  readonly #single: Prepared
  readonly #wide: Prepared
  readonly #others = new Map<string, Prepared>()

  constructor(plans: readonly Plan[], penalties: readonly PenaltyOptions[], counters: Counters) {
    this.#plans = plans
    this.#penalties = penalties
    this.#counters = counters
    this.#varies = plans.some((each) => each.varies || fallsBack(each.options))
    const all = plans.map((_, at) => at)
    const variants = plans.map(({ base }) => base)
    const joined = all.filter((at) => plans[at]?.options.by.some(joins))
    this.#single = this.#prepare(all, [], variants, penalties)
    this.#wide = joined.length === 0 ? this.#single : this.#prepare(all, joined, variants, penalties)
    // So that a store that has no room for them says so at the start.
    for (const limit of plans.flatMap(({ limits }) => limits)) counters.prepare([limit])
  }

  /** Undefined where nothing is left that counts. */
  for(facts: Facts): Prepared | undefined {
    const { client } = facts
    if (!this.#varies && client.exempt !== true) return client.family === 6 ? this.#wide : this.#single
    return this.#select(facts)
  }

  #select(facts: Facts): Prepared | undefined {
    const { client } = facts
    const places: number[] = []
    const joined: number[] = []
    const variants: Variant[] = []
    let key = ''
    for (let at = 0; at < this.#plans.length; at++) {
      const plan = this.#plans[at] as Plan
      if (client.exempt === true && plan.counted.usesAddress(facts)) continue
      const variant = plan.varies ? plan.choose(facts) : plan.base
      const wide = client.family === 6 && plan.counted.needsCompanion(facts)
      if (wide) joined.push(places.length)
      places.push(at)
      variants.push(variant)
      key += `${wide ? '+' : '-'}${variant.limit.id}\n`
    }
    if (places.length === 0) return undefined
    const banned = client.exempt !== true || facts.principal !== undefined
    key += banned ? '' : 'exempt'
    const known = this.#others.get(key)
    if (known) return known
    if (this.#others.size >= MOST_SETS) this.#others.clear()
    const prepared = this.#attempt(places, joined, variants, banned ? this.#penalties : [])
    this.#others.set(key, prepared)
    return prepared
  }

  /** A rate of somebody's own for which the store has no room is the policy's. */
  #attempt(
    places: readonly number[],
    joined: readonly number[],
    variants: readonly Variant[],
    penalties: readonly PenaltyOptions[],
  ): Prepared {
    try {
      return this.#prepare(places, joined, variants, penalties)
    } catch {
      const base = places.map((at) => (this.#plans[at] as Plan).base)
      return this.#prepare(places, joined, base, penalties)
    }
  }

  #prepare(
    places: readonly number[],
    joined: readonly number[],
    variants: readonly Variant[],
    penalties: readonly PenaltyOptions[],
  ): Prepared {
    const limits = [
      ...variants.map(({ limit }) => limit),
      ...joined.map((at) => (variants[at] as Variant).companion),
      ...penalties.map(penaltyLimit),
    ]
    const charges = places.map((at) => (this.#plans[at] as Plan).charge)
    const fixed = charges.every((each) => typeof each === 'number') ? (charges as readonly number[]) : undefined
    return {
      set: this.#counters.prepare(limits),
      places,
      joined,
      penalties: penalties.length,
      costs: fixed && [...fixed, ...joined.map((at) => fixed[at] as number), ...penalties.map(() => 1)],
      variants,
    }
  }
}

/** What joins a companion to a limit whose rate does not vary. */
function joins(part: Plan['options']['by'][number]): boolean {
  return part.kind === 'address' || (part.kind === 'prefix' && part.ipv6 > 48)
}
