import type { Client } from '../../contract/facts.ts'
import { addressText, networkText, readAddress, type Words } from './address.ts'

/** What shares an overflow cell. */
const NETWORK_BITS = { 4: 24, 6: 48 } as const

/** A client that this defence made; it still knows its address as integers. */
export class KnownClient implements Client {
  readonly address: string
  readonly prefix: string
  readonly network: string
  readonly family: 4 | 6
  /** Private, so that logs and handlers see the four facts alone. */
  readonly #words: Words
  readonly #exempt: boolean

  private constructor(words: Words, address: string, prefix: string, network: string, exempt = false) {
    this.address = address
    this.prefix = prefix
    this.network = network
    this.family = words.length === 1 ? 4 : 6
    this.#words = words
    this.#exempt = exempt
  }

  get exempt(): boolean {
    return this.#exempt
  }

  static of(words: Words, ipv6Prefix: number, exempt = false): KnownClient {
    const address = addressText(words)
    if (words.length === 1) {
      return new KnownClient(words, address, address, networkText(words, NETWORK_BITS[4]), exempt)
    }
    // A network is never smaller than the prefix, or one client would have many of them.
    const networkBits = Math.min(NETWORK_BITS[6], ipv6Prefix)
    return new KnownClient(words, address, networkText(words, ipv6Prefix), networkText(words, networkBits), exempt)
  }

  /** Someone behind this proxy who stays unnamed: counted as the proxy is, but without an address to admit by. */
  hidden(): KnownClient {
    return new KnownClient(this.#words, '', this.prefix, this.network)
  }

  /** The address of a client as integers; for a hidden one, its proxy's. */
  static words(client: Client): Words | undefined {
    return #words in client ? client.#words : readAddress(client.address)
  }
}
