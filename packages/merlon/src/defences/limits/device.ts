import { parseCookies } from '../../contract/cookies.ts'
import { Subject } from '../../contract/counters.ts'
import type { Facts } from '../../contract/facts.ts'
import type { Platform } from '../../contract/platform.ts'
import type { Secret } from '../../contract/secret.ts'
import { part } from '../../contract/subject.ts'
import { isPromise, type MaybePromise } from '../../contract/verdict.ts'

/** `__Host-`: only this very host can have set it, over HTTPS, and for all of its paths (RFC 6265bis §4.1.3.2). */
export const DEVICE_COOKIE = '__Host-merlon-device'

/** Accounts that one browser is known for; the oldest makes room. */
const MOST_ENTRIES = 4
const ENTRY = /^([\w-]{22})\.([0-9a-z]{1,9})\.([\w-]{43})$/

/** An account as a subject, with the cookie that makes its client's device known if the sign-in succeeds. */
export class AccountSubject extends Subject {
  constructor(
    key: string,
    network: Subject | undefined,
    known: Subject | undefined,
    readonly cookie: string | undefined,
  ) {
    super(key, network, known)
  }
}

interface Entry {
  readonly text: string
  readonly id: string
  readonly atSeconds: number
  readonly signature: Uint8Array
}

/**
 * Devices from which somebody has signed in. Each has a cookie: a random id and a time, signed together with the
 * account, which the cookie does not hold. So it says nothing to whoever reads it, and for another account than its own
 * it is worth nothing: an attacker who signs in to theirs has gained no count of its own on somebody else's.
 */
export class Devices {
  readonly #secret: Secret
  readonly #platform: Pick<Platform, 'wall' | 'randomBytes'>
  readonly #knownMs: number

  constructor(secret: Secret, platform: Pick<Platform, 'wall' | 'randomBytes'>, knownMs: number) {
    this.#secret = secret
    this.#platform = platform
    this.#knownMs = knownMs
  }

  /** The subject that counts in place of the account: its device, where the request shows one that is known for it. */
  apply(facts: Facts, account: Subject): MaybePromise<Subject> {
    const entries = this.#entries(facts)
    const found = this.#find(entries, account, 0)
    if (!isPromise(found)) return this.#conclude(account, entries, found)
    return found.then((late) => this.#conclude(account, entries, late))
  }

  #conclude(account: Subject, entries: readonly Entry[], found: Entry | undefined): MaybePromise<Subject> {
    if (found) return new Subject(part('d', found.id) + account.key, undefined)
    const cookie = this.#mint(account, entries)
    const named = (text: string) => new AccountSubject(account.key, account.network, account.known, text)
    return isPromise(cookie) ? cookie.then(named) : named(cookie)
  }

  /** One after the other, as most have one. */
  #find(entries: readonly Entry[], account: Subject, from: number): MaybePromise<Entry | undefined> {
    for (let at = from; at < entries.length; at++) {
      const entry = entries[at] as Entry
      const version = this.#secret.verify(signed(account, entry.id, entry.atSeconds), entry.signature)
      if (isPromise(version)) {
        return version.then((late) => (late === undefined ? this.#find(entries, account, at + 1) : entry))
      }
      if (version !== undefined) return entry
    }
    return undefined
  }

  #entries(facts: Facts): Entry[] {
    const text = parseCookies(facts.lines('cookie').join(';'))[DEVICE_COOKIE]
    // Of two nobody knows which one this host has set.
    if (typeof text !== 'string') return []
    const now = Math.floor(this.#platform.wall() / 1000)
    return text.split('~', MOST_ENTRIES).flatMap((each): Entry[] => {
      const [, id, time, signature] = ENTRY.exec(each) ?? []
      if (id === undefined || time === undefined || signature === undefined) return []
      const atSeconds = Number.parseInt(time, 36)
      const holds = atSeconds <= now && (now - atSeconds) * 1000 < this.#knownMs
      return holds ? [{ text: each, id, atSeconds, signature: bytesOf(signature) }] : []
    })
  }

  #mint(account: Subject, others: readonly Entry[]): MaybePromise<string> {
    const id = textOf(this.#platform.randomBytes(16))
    const atSeconds = Math.floor(this.#platform.wall() / 1000)
    const signature = this.#secret.sign(signed(account, id, atSeconds))
    const write = (bytes: Uint8Array): string => {
      const own = `${id}.${atSeconds.toString(36)}.${textOf(bytes)}`
      const value = [own, ...others.slice(0, MOST_ENTRIES - 1).map(({ text }) => text)].join('~')
      const seconds = Math.floor(this.#knownMs / 1000)
      return `${DEVICE_COOKIE}=${value}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Strict`
    }
    return isPromise(signature) ? signature.then(write) : write(signature)
  }
}

/** Parts of fixed form stand first, so no two of these are the same text. */
function signed({ key }: Subject, id: string, atSeconds: number): string {
  return `device ${id} ${atSeconds} ${key}`
}

function textOf(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
}
