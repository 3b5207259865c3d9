import type { Ban, ConcurrencyLimit, Counters, Limit, Overrides, StoreHost, Subject } from '../../contract/counters.ts'
import type { Pulse } from '../../contract/pulse.ts'
import { ban, unban } from './bans.ts'
import { type Definition, define } from './definition.ts'
import type { Engine } from './engine.ts'
import { Fleet } from './fleet.ts'
import { BatchedLeaseSet, Holder } from './leases.ts'
import { BatchedLimitSet } from './limit-set.ts'
import { Names } from './names.ts'
import type { TestTime } from './pipe.ts'
import { Store } from './store.ts'

/** Counters in a server that many processes share. Whatever it does not do in time rejects; nothing is decided here. */
export class BatchedCounters implements Counters {
  readonly name: string
  readonly shared = true
  readonly atomic = true
  readonly needsSecret = true
  readonly #store: Store
  readonly #fleet: Fleet
  readonly #holder: Holder
  readonly #definitions = new Map<string, Definition>()

  /**
   * @param prefix before every key
   * @param colocate whether all keys share one tag
   * @param time for tests alone
   */
  constructor(engine: Engine, prefix: string, colocate: boolean, time: TestTime | undefined) {
    this.name = engine.name
    this.#store = new Store(engine, new Names(engine.name, prefix, colocate), time)
    this.#fleet = new Fleet(this.#store)
    this.#holder = new Holder(this.#store)
  }

  /** Calls sent since the start, and what was decided in them. */
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

  prepare(limits: readonly Limit[]): BatchedLimitSet {
    const ids = new Set(limits.map((limit) => limit.id))
    if (ids.size < limits.length) {
      throw new TypeError(`limits that are decided together need ids of their own, got ${[...ids].join(', ')}`)
    }
    return new BatchedLimitSet(
      this.#store,
      this.#fleet,
      limits.map((limit) => this.#definition(limit)),
    )
  }

  prepareLeases(limits: readonly ConcurrencyLimit[]): BatchedLeaseSet {
    return new BatchedLeaseSet(this.#store, this.#holder, limits)
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
    await this.#store.engine.clear(this.#store.names.prefix)
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
