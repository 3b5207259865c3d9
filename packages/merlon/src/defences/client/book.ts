import { type Client, unknownClient } from '../../contract/facts.ts'
import type { Refusal } from '../../contract/verdict.ts'
import { addressText, readAddress, type Words } from './address.ts'
import { KnownClient } from './client.ts'
import type { Lists } from './lists.ts'
import type { Proxies } from './proxies.ts'
import type { Ranges } from './ranges.ts'
import { type Reach, reachOf } from './reach.ts'

/** All that the policy has to say of one address, worked out when it was first seen. */
export interface Known {
  readonly client: Client
  /** A proxy wherever it stands in the chain. */
  readonly declared: boolean
  /** As a peer: how many of the nearest hops are proxies, itself included. */
  readonly hops: number
  readonly reach: Reach | 'unknown'
  /** What the policy-wide lists say. */
  readonly verdict: Refusal | undefined
  /** Someone unnamed behind this address; made at the first need. */
  hidden: Known | undefined
}

/**
 * Addresses of a generation of the cache. Two generations are kept, some 4 MB at the very most: addresses are the
 * attacker's to choose, memory is not.
 */
const GENERATION = 4096

/**
 * Every address that was seen of late, by its text. When a generation is full it becomes the older one and the one
 * before is forgotten: what is in use moves over, so a flood of fresh addresses costs work but neither memory nor a
 * scan.
 */
export class Book {
  readonly #proxies: Proxies
  readonly #lists: Lists
  readonly #ipv6Prefix: number
  readonly #exempt: Ranges | undefined
  #young = new Map<string, Known>()
  #old = new Map<string, Known>()
  /** A peer whose address the runtime does not show, or cannot be read. */
  readonly nobody: Known

  constructor(proxies: Proxies, lists: Lists, ipv6Prefix: number, exempt?: Ranges) {
    this.#exempt = exempt
    this.#proxies = proxies
    this.#lists = lists
    this.#ipv6Prefix = ipv6Prefix
    this.nobody = {
      client: unknownClient,
      declared: false,
      hops: proxies.hops(undefined),
      reach: 'unknown',
      verdict: lists.judge(unknownClient),
      hidden: undefined,
    }
    this.nobody.hidden = this.nobody
  }

  /** Undefined where the text is no address. */
  find(text: string): Known | undefined {
    return this.#young.get(text) ?? this.#older(text) ?? this.#learn(text)
  }

  /** Someone behind the proxy whom it does not name. */
  hiddenBehind(proxy: Known): Known {
    if (!proxy.hidden) {
      const client = proxy.client instanceof KnownClient ? proxy.client.hidden() : proxy.client
      proxy.hidden = { ...proxy, client, declared: false, hops: 0, verdict: this.#lists.judge(client) }
    }
    return proxy.hidden
  }

  /** How many texts are held; for tests. */
  get size(): number {
    return this.#young.size + this.#old.size
  }

  #older(text: string): Known | undefined {
    const known = this.#old.get(text)
    if (known) this.#keep(text, known)
    return known
  }

  #learn(text: string): Known | undefined {
    const words = readAddress(text)
    if (!words) return undefined
    const canonical = addressText(words)
    // Other spellings of an address, `::ffff:192.0.2.1` above all, lead to the same object.
    const known = this.#young.get(canonical) ?? this.#older(canonical) ?? this.#describe(words)
    this.#keep(canonical, known)
    if (canonical !== text) this.#keep(text, known)
    return known
  }

  #keep(text: string, known: Known): void {
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(text, known)
  }

  #describe(words: Words): Known {
    const client = KnownClient.of(words, this.#ipv6Prefix, this.#exempt?.has(words))
    return {
      client,
      declared: this.#proxies.declared(words),
      hops: this.#proxies.hops(words),
      reach: reachOf(words),
      verdict: this.#lists.judge(client),
      hidden: undefined,
    }
  }
}
