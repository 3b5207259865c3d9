import type { Limit } from '../../contract/counters.ts'
import type { Facts } from '../../contract/facts.ts'
import { isAddress, isPrincipal } from './by.ts'
import { type Charge, chargeOf } from './cost.ts'
import type { Counted } from './counted.ts'
import type { NamedLimit } from './names.ts'
import type { RateOptions } from './options.ts'
import type { OverrideBook } from './overrides.ts'
import { Schedule } from './schedule.ts'

/** What a network may do together, for each thing that one of its clients may: a /48 holds 65,536 of them. */
const NETWORK_TIMES = 16

/** A limit at one of its rates. */
export interface Variant {
  readonly limit: Limit
  /** For the client's /48. */
  readonly companion: Limit
}

/** What plans of one step have in common. */
export interface PlanContext {
  /** Before every id: observed limits never share a counter with one that refuses. */
  readonly prefix: string
  /** Processes that count apart: each has its share. */
  readonly share: number
  readonly wall: () => number
  readonly overrides: OverrideBook
}

/** Override rates that a limit keeps ready. */
const MOST_VARIANTS = 256

/** One limit, ready to be counted: whom, how much, and at which rate. */
export class Plan {
  readonly options: NamedLimit
  readonly counted: Counted
  readonly charge: Charge
  readonly base: Variant
  /** Whether its rate depends on the request or the time. */
  readonly varies: boolean
  readonly #context: PlanContext
  readonly #tiers: ReadonlyMap<string, Variant>
  readonly #times: readonly Variant[]
  readonly #schedule: Schedule | undefined
  readonly #own = new Map<string, Variant>()

  constructor(options: NamedLimit, counted: Counted, context: PlanContext) {
    this.options = options
    this.counted = counted
    this.charge = chargeOf(options)
    this.#context = context
    this.base = this.#variant(options, '')
    this.#tiers = new Map((options.tiers ?? []).map((each) => [each.tier, this.#variant(each, `#tier:${each.tier}`)]))
    this.#times = (options.when ?? []).map((each, at) => this.#variant(each, `#when:${at}`))
    this.#schedule = options.when && new Schedule(options.when)
    this.varies = this.#times.length > 0 || options.by.some(({ kind }) => kind === 'principal')
  }

  /** At each of its rates. */
  get limits(): readonly Limit[] {
    return [this.base, ...this.#tiers.values(), ...this.#times].map(({ limit }) => limit)
  }

  /** The rate that holds for this request, now. */
  choose(facts: Facts): Variant {
    if (this.#schedule) return this.#times[this.#schedule.at(this.#context.wall())] ?? this.base
    const { principal } = facts
    if (principal === undefined) return this.base
    const override = this.#context.overrides.of(principal.id)
    const own = override?.limits?.[this.options.name]
    if (own) return this.#overridden(own)
    const tier = override?.tier ?? principal.tier
    return (tier === undefined ? undefined : this.#tiers.get(tier)) ?? this.base
  }

  #overridden({ quota, windowMs }: { readonly quota: number; readonly windowMs: number }): Variant {
    const id = `#own:${quota}/${windowMs}`
    const known = this.#own.get(id)
    if (known) return known
    if (this.#own.size >= MOST_VARIANTS) this.#own.clear()
    const { calendar } = this.options
    const variant = this.#variant({ quota, windowMs, burst: quota, ...(calendar && { calendar }) }, id)
    this.#own.set(id, variant)
    return variant
  }

  #variant(rate: RateOptions, suffix: string): Variant {
    const { prefix, share } = this.#context
    const { name, of } = this.options
    const id = `${prefix}${name}${of === '*' ? '' : `@${of}`}${suffix}`
    const limit = limitOf(this.options, shareOf(rate, share), id)
    return { limit, companion: companionOf(limit) }
  }
}

/** Whether a refusal says something of who sent the request, and not of an account that anybody can name. */
export function blames({ by }: Pick<NamedLimit, 'by'>): boolean {
  return by.some((part) => isAddress(part) || part.kind === 'principal')
}

/** Whether some requests have a companion for it and others have not. */
export function fallsBack({ by }: Pick<NamedLimit, 'by'>): boolean {
  return by.some(isPrincipal) && !by.some(isAddress)
}

function shareOf(rate: RateOptions, share: number): RateOptions {
  if (share <= 1) return rate
  const { quota, burst } = rate
  return { ...rate, quota: Math.max(1, Math.floor(quota / share)), burst: Math.max(1, Math.floor(burst / share)) }
}

function limitOf(options: NamedLimit, { quota, windowMs, burst, calendar }: RateOptions, id: string): Limit {
  const { shownAs, algorithm, overflowTimes, counts, authentication, counting, onFailure, cost } = options
  const refundable = counts !== undefined || cost === 'bytes'
  return {
    id,
    name: shownAs,
    algorithm,
    quota,
    windowMs,
    burst,
    overflowTimes,
    ...(calendar && { calendar }),
    ...(refundable && { refundable }),
    ...(authentication && { authentication }),
    ...(counting && { counting }),
    ...(onFailure && { onFailure }),
    ...countsOf(options),
  }
}

function countsOf({ by }: NamedLimit): Pick<Limit, 'counts'> {
  const kind = by.length === 1 ? by[0]?.kind : undefined
  return kind === 'address' || kind === 'principal' ? { counts: kind } : {}
}

/** For IPv6, whatever the limit's own algorithm: a customer who has 65,536 networks would else be as many clients. */
function companionOf({ calendar, ...limit }: Limit): Limit {
  return {
    ...limit,
    id: `${limit.id}/network`,
    algorithm: 'gcra',
    quota: limit.quota * NETWORK_TIMES,
    burst: limit.burst * NETWORK_TIMES,
  }
}
