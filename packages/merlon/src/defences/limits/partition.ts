import type { Reading, Subject } from '../../contract/counters.ts'
import type { Build } from '../../contract/defence.ts'
import type { Platform } from '../../contract/platform.ts'

/** Eight bytes tell two partitions of one client apart, and are no use for anything else. */
const BYTES = 8

/**
 * Which counter a reading is of, for the `pk` of headers: a keyed hash of the subject. Under the key of the policy's
 * secret, so that all processes give the same, or else one of this process; never the hash that a store finds its
 * entries by, which whoever knows it could choose their subjects by.
 */
export class Partitions {
  readonly #platform: Platform
  readonly #secret: (() => Uint8Array) | undefined
  readonly #subjects = new WeakMap<Reading, Subject>()
  #key: Uint8Array | undefined

  constructor({ platform, secret }: Pick<Build, 'platform' | 'secret'>) {
    this.#platform = platform
    const subjects = secret('subjects')
    this.#secret = subjects && (() => subjects.key)
  }

  note(readings: readonly Reading[], places: readonly number[], subjects: readonly Subject[]): void {
    for (let at = 0; at < places.length; at++) {
      this.#subjects.set(readings[at] as Reading, subjects[at] as Subject)
    }
  }

  /** `;pk=:…:`, a byte sequence of structured fields (RFC 9651 §3.3.5); empty where nothing is known. */
  text(reading: Reading): string {
    const subject = this.#subjects.get(reading)
    if (subject === undefined) return ''
    this.#key ??= this.#secret?.() ?? this.#platform.randomBytes(32)
    const hash = this.#platform.hkdf(this.#key, `merlon partition ${reading.limit.name} ${subject.key}`)
    return `;pk=:${btoa(String.fromCharCode(...hash.subarray(0, BYTES)))}:`
  }
}
