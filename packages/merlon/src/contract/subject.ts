import { Subject } from './counters.ts'
import type { Client, Principal } from './facts.ts'

/**
 * What a part of a key is: a client's address, its network, or a network of another length; a principal, a tier, scopes,
 * a route; a device; a field of the body, a header, a cookie, a parameter, a field of the query, what code said.
 */
export type PartType = 'a' | 'n' | 'x' | 'p' | 't' | 's' | 'r' | 'd' | 'b' | 'h' | 'c' | 'm' | 'q' | 'u'

/** One typed and length-prefixed part: no two lists of parts make the same key. */
export function part(type: PartType, text: string): string {
  return `${type}${text.length}:${text}`
}

/**
 * Keeps a client's subject with the client, in a private field: no log and no handler sees it, it goes when the client
 * goes, and it costs less than a look-up.
 */
class Kept extends (function (this: unknown, client: object) {
  return client
} as unknown as new (
  client: object,
) => object) {
  readonly #subject: Subject

  constructor(client: Client, subject: Subject) {
    super(client)
    this.#subject = subject
  }

  static of(client: Client): Subject | undefined {
    return #subject in client ? (client as Kept).#subject : undefined
  }
}

/**
 * The client, by what limits count by. Clients whose address is not known are one subject together: where a runtime
 * shows no addresses, a limit by address is a limit for all.
 */
export function clientSubject(client: Client): Subject {
  const kept = Kept.of(client)
  if (kept !== undefined) return kept
  const network = client.network === '' ? undefined : new Subject(part('n', client.network), undefined)
  const subject = new Subject(part('a', client.prefix), network)
  new Kept(client, subject)
  return subject
}

/** A principal, wherever it calls from. */
export function principalSubject({ id }: Pick<Principal, 'id'>): Subject {
  return new Subject(part('p', id), undefined)
}
