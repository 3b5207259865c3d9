import type { ConcurrencyLimit, Lease, LeaseSet, Subject } from '../../contract/counters.ts'
import { codeOf } from './definition.ts'
import type { Store } from './store.ts'

const ACQUIRE = 9
const RENEW = 10
const RELEASE = 11

/** Renewed this often within its time: two renewals may be lost. */
const RENEWALS = 3

interface Held {
  readonly id: string
  readonly tag: string
  readonly keys: readonly string[]
  readonly leaseMs: readonly number[]
}

/** Places that this process holds, renewed by one timer until they are given back. */
export class Holder {
  readonly #store: Store
  readonly #held = new Set<Held>()
  #timer: NodeJS.Timeout | undefined
  #everyMs = Number.POSITIVE_INFINITY

  constructor(store: Store) {
    this.#store = store
  }

  hold(held: Held): void {
    this.#held.add(held)
    const everyMs = Math.max(10, Math.floor(Math.min(...held.leaseMs) / RENEWALS))
    if (everyMs >= this.#everyMs) return
    this.#everyMs = everyMs
    clearInterval(this.#timer)
    this.#timer = setInterval(this.#renew, everyMs)
    this.#timer.unref()
  }

  /** Once, however often it is called. */
  async release(held: Held): Promise<void> {
    if (this.#held.delete(held)) await this.#store.aside(this.free(held))
  }

  free(held: Held): Promise<void> {
    const call = this.#store.pipe.open(held.tag)
    return call.add([RELEASE, JSON.stringify(held.id), ...held.keys.map((key) => call.key(key))].join(), () => {})
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all([...this.#held].map((held) => this.release(held)))
  }

  readonly #renew = (): void => {
    if (this.#held.size === 0) {
      clearInterval(this.#timer)
      this.#everyMs = Number.POSITIVE_INFINITY
    }
    for (const { id, tag, keys, leaseMs } of this.#held) {
      const call = this.#store.pipe.open(tag)
      const places = keys.map((key, at) => `${call.key(key)},${leaseMs[at]}`)
      void this.#store.aside(call.add([RENEW, JSON.stringify(id), keys.length, ...places].join(), () => {}))
    }
  }
}

/** Limits of concurrency that are decided together; across tags, each part or none of it, as charges are. */
export class BatchedLeaseSet implements LeaseSet {
  readonly #store: Store
  readonly #holder: Holder
  readonly #limits: readonly ConcurrencyLimit[]

  constructor(store: Store, holder: Holder, limits: readonly ConcurrencyLimit[]) {
    this.#store = store
    this.#holder = holder
    this.#limits = limits
  }

  async acquire(subjects: readonly Subject[]): Promise<Lease> {
    const parts = this.#parts(subjects)
    const answers = await Promise.allSettled(parts.map((part) => this.#ask(part)))
    const taken = parts.filter((_, at) => {
      const answer = answers[at]
      return answer?.status === 'fulfilled' && answer.value === undefined
    })
    if (taken.length === parts.length) {
      for (const { held } of parts) this.#holder.hold(held)
      return { refusedBy: undefined, release: () => parts.forEach(({ held }) => void this.#holder.release(held)) }
    }
    for (const { held } of taken) void this.#store.aside(this.#holder.free(held))
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason
    const refused = answers.find((answer) => answer.status === 'fulfilled' && answer.value !== undefined)
    return {
      refusedBy: (refused as PromiseFulfilledResult<ConcurrencyLimit>).value,
      release: () => {},
    }
  }

  /** Which limit has no place left; undefined where all had one, and it is taken. */
  #ask({ held, limits }: LeasePart): Promise<ConcurrencyLimit | undefined> {
    const call = this.#store.pipe.open(held.tag)
    const places = limits.map(({ most, leaseMs }, at) => `${call.key(held.keys[at] as string)},${most},${leaseMs}`)
    return call.add([ACQUIRE, JSON.stringify(held.id), limits.length, ...places].join(), (reply) => {
      if (reply.startsWith('+')) return undefined
      return limits[reply.slice(2).split(' ').indexOf('-')]
    })
  }

  #parts(subjects: readonly Subject[]): LeasePart[] {
    const { names, engine } = this.#store
    const parts = new Map<string, LeasePart>()
    for (const [at, limit] of this.#limits.entries()) {
      const name = names.of(subjects[at] as Subject)
      const { tag } = name
      const group = engine.clustered ? tag : ''
      let part = parts.get(group)
      if (part === undefined) {
        part = { limits: [], held: { id: this.#store.id(), tag, keys: [], leaseMs: [] } }
        parts.set(group, part)
      }
      part.limits.push(limit)
      part.held.keys.push(name.key(codeOf([limit.id, 'lease'])).text)
      part.held.leaseMs.push(limit.leaseMs)
    }
    return [...parts.values()]
  }
}

interface LeasePart {
  readonly limits: ConcurrencyLimit[]
  readonly held: Held & { readonly keys: string[]; readonly leaseMs: number[] }
}
