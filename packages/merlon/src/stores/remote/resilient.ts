import type {
  Ban,
  ConcurrencyLimit,
  Counters,
  LeaseSet,
  Limit,
  LimitSet,
  Override,
  Overrides,
  StoreEvent,
  StoreHost,
  Subject,
} from '../../contract/counters.ts'
import type { Pulse } from '../../contract/pulse.ts'
import { isPromise, type MaybePromise } from '../../contract/verdict.ts'
import { NO_PULSE, WrappedCounters } from '../../contract/wrapped-counters.ts'
import { Budget } from '../memory/budget.ts'
import { Scratch } from '../memory/page.ts'
import { Link } from './link.ts'
import { Merge } from './merge.ts'
import { operate } from './operate.ts'
import type { Reach } from './reach.ts'
import { ResilientLeaseSet, Running } from './resilient-leases.ts'
import { ResilientSet } from './resilient-set.ts'
import { Shadow } from './shadow.ts'
import { systemTime, type Time } from './time.ts'
import { Without } from './without.ts'

export interface ResilientOptions {
  /** How long a request waits for the store. Default 25. */
  readonly waitMs?: number
  /** After so many failures in a row nobody waits any more, until the store is back. Default 5. */
  readonly failures?: number
  /** The most that may be kept of what the store has said, in bytes. Default 128 MB, as for counters in memory. */
  readonly maxBytes?: number
  readonly time?: Time
  /** Called once, when somebody asks for the first time. */
  readonly begun?: () => void
}

/** Counters that answer in time whether or not their store does; each limit's `onFailure` says how. */
export class ResilientCounters extends WrappedCounters implements Reach {
  readonly link: Link
  readonly time: Time
  readonly #budget: Budget
  readonly #shadows = new Map<string, Shadow>()
  readonly #running = new Map<string, Running>()
  readonly #merge: Merge
  #scratch: Scratch | undefined
  #declared: number | undefined
  #pulse: Pulse = NO_PULSE
  #tell: (event: StoreEvent) => void = () => {}

  constructor(inner: Counters, options: ResilientOptions = {}) {
    super(inner)
    const { waitMs = 25, failures = 5, maxBytes, time = systemTime, begun = () => {} } = options
    for (const [name, value] of Object.entries({ waitMs, failures })) {
      if (!(Number.isSafeInteger(value) && value > 0)) {
        throw new RangeError(`${inner.name}: ${name} is ${String(value)}, expected a whole number above 0`)
      }
    }
    this.time = time
    this.#budget = new Budget(maxBytes)
    this.link = new Link({
      store: inner.name,
      waitMs,
      failures,
      time,
      begun,
      tell: (event) => this.#tell(event),
      probe: () => this.#ask(),
      back: () => this.#merge.begin(),
    })
    this.#merge = new Merge(time, () => this.link.well)
  }

  override prepare(limits: readonly Limit[]): LimitSet {
    const shadows = limits.map((limit) => this.#shadow(limit))
    return new ResilientSet(this.inner.prepare(limits), new Without(shadows), this)
  }

  override prepareLeases(limits: readonly ConcurrencyLimit[]): LeaseSet {
    const running = limits.map((limit) => {
      const known = this.#running.get(limit.id) ?? new Running(limit)
      known.divide(this.instances)
      this.#running.set(limit.id, known)
      return known
    })
    return new ResilientLeaseSet(this.inner.prepareLeases(limits), running, this.link)
  }

  override get overrides(): Overrides {
    const { overrides } = this.inner
    return {
      list: () => this.operate(() => overrides.list()),
      set: (override: Override) => this.operate(() => overrides.set(override)),
      remove: (principal) => this.operate(() => overrides.remove(principal)),
      watch: (changed) => overrides.watch(changed),
    }
  }

  override attach(host: StoreHost): void {
    this.#declared = host.instances
    this.#tell = (event) => host.tell(event)
    this.#divide()
    // Lost and back are told once, from here.
    const tell = (event: StoreEvent) => {
      if (event.kind !== 'store-lost' && event.kind !== 'store-back') host.tell(event)
    }
    this.inner.attach?.({ instances: host.instances, secret: host.secret, tell })
  }

  /** How many processes count there, as declared or as last counted. */
  get instances(): number | undefined {
    return this.#declared ?? this.#pulse.instances
  }

  /** Units admitted here that the store will not learn of: the bound was reached, or handing them over failed twice. */
  get notHandedOver(): number {
    return [...this.#shadows.values()].reduce((sum, { spends }) => sum + spends.lost, 0)
  }

  /** What the store last said of itself, where it does not answer. */
  override pulse(): MaybePromise<Pulse> {
    if (!this.link.usable()) return this.#pulse
    const question = {
      answered: (pulse: Pulse) => pulse,
      replace: () => this.#pulse,
      late: () => {},
      failed: () => {},
    }
    try {
      const answer = this.#ask()
      return isPromise(answer) ? this.link.ask(answer, question) : answer
    } catch {
      return this.#pulse
    }
  }

  override bans(): Promise<readonly Ban[]> {
    return this.operate(() => this.inner.bans())
  }

  override ban(limit: Limit, subject: Subject, forMs: number): Promise<void> {
    this.#shadow(limit).bar(subject, forMs, this.time.now())
    return this.operate(() => this.inner.ban(limit, subject, forMs))
  }

  override unban(limit: Limit, subject: Subject): Promise<void> {
    this.#shadow(limit).bar(subject, 0, this.time.now())
    return this.operate(() => this.inner.unban(limit, subject))
  }

  override reset(): Promise<void> {
    for (const shadow of this.#shadows.values()) shadow.clear()
    this.#merge.clear()
    return this.operate(() => this.inner.reset())
  }

  /** A store that is away when the process starts is a store that is lost: the process starts. */
  override async ready(): Promise<void> {
    try {
      await this.operate(() => super.ready())
      await this.operate(() => this.#ask())
    } catch (error) {
      this.link.lose(error instanceof Error ? error.message : String(error))
    }
  }

  override async close(): Promise<void> {
    this.link.close()
    await super.close()
  }

  operate<T>(call: () => MaybePromise<T>): Promise<T> {
    return operate(this.name, this.time, call)
  }

  settleFirst(subjects: readonly Subject[]): void {
    if (this.#merge.open && this.link.well) this.#merge.first(subjects)
  }

  later(call: () => MaybePromise<void>): void {
    this.#merge.later(call)
  }

  /** The smallest thing that there is to ask, which also says how many ask. */
  #ask(): MaybePromise<Pulse> {
    const { pulse, overrides } = this.inner
    if (pulse === undefined) {
      const listed = overrides.list()
      return isPromise(listed) ? listed.then(() => NO_PULSE) : NO_PULSE
    }
    const told = pulse.call(this.inner)
    return isPromise(told) ? told.then((late) => this.#note(late)) : this.#note(told)
  }

  #note(pulse: Pulse): Pulse {
    const changed = pulse.instances !== this.#pulse.instances
    this.#pulse = pulse
    // While the store is lost nobody's share changes: what was admitted with one would be handed over with another.
    if (changed) this.#divide()
    return pulse
  }

  #divide(): void {
    for (const shadow of this.#shadows.values()) shadow.divide(this.instances)
    for (const running of this.#running.values()) running.divide(this.instances)
  }

  #shadow(limit: Limit): Shadow {
    const { id, algorithm, quota, windowMs, burst } = limit
    const name = JSON.stringify([id, algorithm, quota, windowMs, burst])
    let shadow = this.#shadows.get(name)
    if (shadow === undefined) {
      this.#budget.admit()
      shadow = new Shadow(limit, this.#budget, () => {
        this.#scratch ??= new Scratch()
        return this.#scratch
      })
      shadow.divide(this.instances)
      this.#shadows.set(name, shadow)
      if (limit.algorithm !== 'penalty') this.#merge.add(shadow, this.inner.prepare([limit]))
    }
    return shadow
  }
}
