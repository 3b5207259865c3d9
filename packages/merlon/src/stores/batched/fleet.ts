import type { Ban, Override, Overrides } from '../../contract/counters.ts'
import type { Pulse } from '../../contract/pulse.ts'
import { FLEET_TAG } from './names.ts'
import { Seal } from './seal.ts'
import type { Store } from './store.ts'

const BEAT = 12
const OVERRIDE = 13
const OVERRIDES = 14
const TOUCH = 15
const NAME = 16
const BANNED = 17

/** Whoever has not been heard of for this long is gone. */
const ALIVE_MS = 15_000

/** How often overrides are asked for; what a server publishes only makes it faster. */
const ASK_EVERY_MS = 5000

/** What the processes that count in one store share: who is there, overrides, who is banned, and that any of it changed. */
export class Fleet implements Overrides {
  readonly #store: Store
  readonly #watchers = new Set<(all: readonly Override[]) => void>()
  #sealed: Seal | undefined
  /** When the overrides that watchers know were written, as the store says it. */
  #known: string | undefined
  #all: readonly Override[] = []
  #timer: NodeJS.Timeout | undefined
  #unlisten: (() => void) | undefined
  #closed = false

  constructor(store: Store) {
    this.#store = store
  }

  /** The first one begins to ask from time to time: a guard is built without timers. */
  async pulse(): Promise<Pulse> {
    this.#begin()
    const { names, instance } = this.#store
    const call = this.#store.pipe.open(FLEET_TAG)
    const [keys, epochs] = [call.key(names.fleet('instances')), call.key(names.fleet('epochs'))]
    const [alive = '', overrides = '', any = ''] = await call.add(
      `${BEAT},${keys},${JSON.stringify(instance)},${ALIVE_MS},${epochs}`,
      (reply) => reply.slice(2).split(' '),
    )
    if (this.#watchers.size > 0 && overrides !== this.#known) await this.#load(overrides)
    return { instances: Number(alive), generation: Number(any) }
  }

  /** Has every process forget what it remembers of clients. */
  async changed(): Promise<void> {
    const call = this.#store.pipe.open(FLEET_TAG)
    await call.add(`${TOUCH},${call.key(this.#store.names.fleet('epochs'))}`, () => {})
    this.#publish()
  }

  async list(): Promise<readonly Override[]> {
    const call = this.#store.pipe.open(FLEET_TAG)
    const sealed = await call.add(`${OVERRIDES},${call.key(this.#store.names.fleet('overrides'))}`, fieldsOf)
    return sealed.flatMap((each) => (this.#seal.open(each) as Override | undefined) ?? [])
  }

  set(override: Override): Promise<void> {
    return this.#write(override.principal, this.#seal.close(override))
  }

  remove(principal: string): Promise<void> {
    return this.#write(principal, '')
  }

  watch(changed: (all: readonly Override[]) => void): () => void {
    // A function that watches twice is two watchers, and each of them ends by itself.
    const watcher = (all: readonly Override[]) => changed(all)
    this.#watchers.add(watcher)
    if (this.#known !== undefined) changed(this.#all)
    else if (this.#timer !== undefined) this.#ask()
    return () => {
      this.#watchers.delete(watcher)
    }
  }

  async bans(): Promise<readonly Ban[]> {
    const call = this.#store.pipe.open(FLEET_TAG)
    const { names } = this.#store
    const fields = await call.add(
      `${BANNED},${call.key(names.fleet('bans'))},${call.key(names.fleet('banned'))}`,
      fieldsOf,
    )
    const now = Date.now()
    const bans: Ban[] = []
    for (let at = 0; at < fields.length; at += 2) {
      const opened = this.#seal.open(fields[at] ?? '') as [subject: string, limit: string, times: number] | undefined
      if (opened === undefined) continue
      const [subject, limit, times] = opened
      bans.push({ subject, limit, untilMs: now + Number(fields[at + 1]), times })
    }
    return bans
  }

  /** Writes down who is banned, for `bans`; the ban itself holds without it. 0 ms takes it off. */
  async name(id: string, forMs: number, ban: { subject: string; limit: string; times: number }): Promise<void> {
    const call = this.#store.pipe.open(FLEET_TAG)
    const { names } = this.#store
    const [index, named] = [call.key(names.fleet('bans')), call.key(names.fleet('banned'))]
    const sealed = forMs === 0 ? '' : this.#seal.close([ban.subject, ban.limit, ban.times])
    await call.add(`${NAME},${index},${named},"${id}",${forMs},"${sealed}"`, () => {})
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#timer)
    this.#unlisten?.()
    this.#watchers.clear()
  }

  get #seal(): Seal {
    this.#sealed ??= new Seal(this.#store.names.secret, this.#store.engine.name)
    return this.#sealed
  }

  async #write(principal: string, sealed: string): Promise<void> {
    const { names, pipe } = this.#store
    // Whoever watches sees what there was before it sees what changes.
    if (this.#watchers.size > 0 && this.#known === undefined) await this.pulse()
    const call = pipe.open(FLEET_TAG)
    const [key, epochs] = [call.key(names.fleet('overrides')), call.key(names.fleet('epochs'))]
    await call.add(`${OVERRIDE},${key},"${names.hash(principal).id}","${sealed}",${epochs}`, () => {})
    this.#publish()
    if (this.#watchers.size > 0) await this.pulse()
  }

  #publish(): void {
    const { names, engine, instance } = this.#store
    const channel = names.fleet('changed')
    void this.#store.aside(engine.publish(channel, instance))
  }

  async #load(written: string): Promise<void> {
    this.#all = await this.list()
    this.#known = written
    for (const watcher of this.#watchers) watcher(this.#all)
  }

  #begin(): void {
    if (this.#timer !== undefined || this.#closed) return
    this.#timer = setInterval(this.#ask, ASK_EVERY_MS)
    this.#timer.unref()
  }

  /** Where it fails, it is asked again before long. */
  readonly #ask = (): void => {
    this.pulse().catch(() => {})
  }

  /** Loads what is watched, and listens for changes. */
  async ready(): Promise<void> {
    await this.#store.engine.open()
    await this.pulse()
    if (this.#unlisten !== undefined || this.#closed || this.#watchers.size === 0) return
    const listening = this.#store.engine.listen(this.#store.names.fleet('changed'), this.#ask)
    this.#unlisten = () => void listening.then((end) => end()).catch(() => {})
    await listening.catch(() => {})
  }
}

const fieldsOf = (reply: string): string[] => (reply.length > 2 ? reply.slice(2).split(' ') : [])
