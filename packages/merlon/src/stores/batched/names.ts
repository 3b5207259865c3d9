import { createHmac } from 'node:crypto'
import type { StoreHost, Subject } from '../../contract/counters.ts'

/** Names kept at most: as many of them again may still be there from before. */
const KEPT = 32_768

/** 96 bits; of ten million subjects, two share a name with a chance of one in 10¹⁵. */
const ID_CHARACTERS = 16

/** What all processes share that no subject has. */
export const FLEET_TAG = '{00}'

/** How a subject is called in the store, where nobody can read who it is. */
export class Name {
  /** Its keys by what they are for, put together once; a subject has few. */
  readonly #keys: Key[] = []

  constructor(
    readonly by: Names,
    /** One of 256, in braces: of a key, Redis Cluster hashes this part alone, so that keys of one tag are in one place. */
    readonly tag: string,
    readonly id: string,
  ) {}

  /** `what` is a limit's code, or a letter for what is no limit's. */
  key(what: string): Key {
    for (const key of this.#keys) if (key.what === what) return key
    const key = { what, text: `${this.by.prefix}${this.tag}${what}${this.id}`, call: 0, place: 0 }
    this.#keys.push(key)
    return key
  }

  /** The same for another subject that counts beside this one, under its tag. */
  keyBeside(what: string, other: Name): string {
    return `${this.by.prefix}${this.tag}${what}${other.id}`
  }
}

/** A key, and where it stands in the call that it was last written into. */
export interface Key {
  readonly what: string
  readonly text: string
  call: number
  place: number
}

/** Keyed hashes of subjects: HMAC-SHA-256 under the policy's secret, so that they say nothing without it. */
export class Names {
  readonly prefix: string
  readonly #store: string
  /** One tag for all, so that everything is decided in one step on Redis Cluster too. */
  readonly #colocated: boolean
  #host: Pick<StoreHost, 'secret'> | undefined
  #secret: Uint8Array | undefined
  #recent = new Map<string, Name>()
  #before = new Map<string, Name>()

  /** @param store as errors call it */
  constructor(store: string, prefix: string, colocated: boolean) {
    this.#store = store
    this.prefix = prefix
    this.#colocated = colocated
  }

  /** Read at the first need: it may stand in a file. */
  get secret(): Uint8Array {
    this.#secret ??= this.#host?.secret
    if (this.#secret !== undefined) return this.#secret
    throw new TypeError(
      `${this.#store}Counters: expected a secret for keyed hashes of subjects, which a guard hands on from its policy`,
    )
  }

  /** Before anything is named: names under another secret are others. */
  attach(host: Pick<StoreHost, 'secret'>): void {
    this.#host = host
    this.#secret = undefined
    this.#recent.clear()
    this.#before.clear()
  }

  of(subject: Subject): Name {
    const kept = subject.name
    if (kept instanceof Name && kept.by === this) return kept
    const name = this.#recent.get(subject.key) ?? this.#again(subject.key)
    subject.name = name
    return name
  }

  /** The same of any text, and not kept. */
  hash(text: string): Name {
    const digest = createHmac('sha256', this.secret).update(text).digest()
    const tag = this.#colocated ? FLEET_TAG : `{${digest.toString('hex', 31)}}`
    return new Name(this, tag, digest.toString('base64url', 0, 24).slice(0, ID_CHARACTERS))
  }

  /** The key of something that all processes share. */
  fleet(what: string): string {
    return `${this.prefix}${FLEET_TAG}${what}`
  }

  #again(key: string): Name {
    const name = this.#before.get(key) ?? this.hash(key)
    if (this.#recent.size >= KEPT) {
      this.#before = this.#recent
      this.#recent = new Map()
    }
    this.#recent.set(key, name)
    return name
  }
}
