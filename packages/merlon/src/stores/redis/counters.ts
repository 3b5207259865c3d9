import type { Ban, ConcurrencyLimit, Counters, Limit, Overrides, StoreHost, Subject } from '../../contract/counters.ts'
import type { Pulse } from '../../contract/pulse.ts'
import { ban, unban } from './bans.ts'
import { type Definition, define } from './definition.ts'
import { Fleet } from './fleet.ts'
import { Holder, RedisLeaseSet } from './leases.ts'
import { RedisLimitSet } from './limit-set.ts'
import { linkTo, type RedisClient } from './link.ts'
import { Names } from './names.ts'
import type { TestTime } from './pipe.ts'
import { Store } from './store.ts'

export interface RedisCountersOptions {
  /** A client of ioredis or node-redis, as the package made it: a single server, Sentinel or Cluster. */
  readonly client: RedisClient
  /** Before every key. Default: `merlon:`. */
  readonly prefix?: string
  /**
   * Whether all keys share one hash slot, so that limits of different subjects are decided in one step on Redis Cluster
   * too; one node then has all the work. Without Cluster it changes nothing. Default: false.
   */
  readonly colocate?: boolean
}

/** Counters in Redis or Valkey. Whatever Redis does not do in time rejects; nothing is decided without it here. */
export class RedisCounters implements Counters {
  readonly name = 'redis'
  readonly shared = true
  readonly atomic = true
  readonly needsSecret = true
  readonly #store: Store
  readonly #fleet: Fleet
  readonly #holder: Holder
  readonly #definitions = new Map<string, Definition>()

  /** @param time for tests alone */
  constructor({ client, prefix = 'merlon:', colocate = false }: RedisCountersOptions, time?: TestTime) {
    if (typeof prefix !== 'string' || /[{}\s]/.test(prefix)) {
      throw new TypeError(`redisCounters: expected a prefix without braces and spaces, got ${JSON.stringify(prefix)}`)
    }
    this.#store = new Store(linkTo(client), new Names(prefix, colocate), time)
    this.#fleet = new Fleet(this.#store)
    this.#holder = new Holder(this.#store)
  }

  /** Script calls sent since the start, and what was decided in them. */
  get sent(): { readonly calls: number; readonly operations: number } {
    return this.#store.pipe.sent
  }

  get overrides(): Overrides {
    return this.#fleet
  }

  attach(host: StoreHost): void {
    this.#store.host = host
    this.#store.names.attach(host)
  }

  prepare(limits: readonly Limit[]): RedisLimitSet {
    const ids = new Set(limits.map((limit) => limit.id))
    if (ids.size < limits.length) {
      throw new TypeError(`limits that are decided together need ids of their own, got ${[...ids].join(', ')}`)
    }
    return new RedisLimitSet(
      this.#store,
      this.#fleet,
      limits.map((limit) => this.#definition(limit)),
    )
  }

  prepareLeases(limits: readonly ConcurrencyLimit[]): RedisLeaseSet {
    return new RedisLeaseSet(this.#store, this.#holder, limits)
  }

  pulse(): Promise<Pulse> {
    return this.#fleet.pulse()
  }

  bans(): Promise<readonly Ban[]> {
    return this.#fleet.bans()
  }

  ban(limit: Limit, subject: Subject, forMs: number): Promise<void> {
    return ban(this.#store, this.#fleet, this.#definition(limit), subject, forMs)
  }

  unban(limit: Limit, subject: Subject): Promise<void> {
    return unban(this.#store, this.#fleet, this.#definition(limit), subject)
  }

  async reset(): Promise<void> {
    await this.#store.link.clear(this.#store.names.prefix)
    await this.#fleet.changed()
  }

  ready(): Promise<void> {
    return this.#fleet.ready()
  }

  async close(): Promise<void> {
    this.#fleet.close()
    await this.#holder.close()
  }

  #definition(limit: Limit): Definition {
    const definition = define(limit)
    const known = this.#definitions.get(definition.code)
    // Of one limit in several sets there is one, so that a call names it once; `read` gives the limit that was asked for.
    if (known !== undefined && known.limit === limit) return known
    this.#definitions.set(definition.code, definition)
    return definition
  }
}
