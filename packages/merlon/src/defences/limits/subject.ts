import { Subject } from '../../contract/counters.ts'
import type { Client } from '../../contract/facts.ts'
import type { As, By } from './by.ts'
import { normalise } from './normalise.ts'

/** No address of e-mail is longer (RFC 5321 §4.5.3.1.3), and what is read for a key has to have a bound. */
export const MAX_SUBJECT_LENGTH = 256

/** One typed and length-prefixed part: no two lists of parts make the same key. */
function part(type: 'a' | 'n' | 'b', text: string): string {
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

/** Why a request has no subject; the field is the policy's own word and may be told. */
export interface Missing {
  readonly field: string
  readonly problem: string
}

interface Field {
  readonly field: string
  readonly steps: readonly string[]
  readonly as: As
}

/** Whom a limit counts, as its `by` says. */
export class Counted {
  /** Whether the address is part of it. */
  readonly byAddress: boolean
  readonly #fields: readonly Field[]

  constructor(by: readonly By[]) {
    this.byAddress = by.some(({ kind }) => kind === 'address')
    this.#fields = by.flatMap((each) =>
      each.kind === 'body' ? { field: each.field, steps: each.field.split('.'), as: each.as } : [],
    )
  }

  subject(client: Client, body: unknown): Subject | Missing {
    if (this.#fields.length === 0) return clientSubject(client)
    const address = this.byAddress ? clientSubject(client) : undefined
    let key = address === undefined ? '' : address.key
    for (const each of this.#fields) {
      const text = fieldText(each, body)
      if (typeof text !== 'string') return text
      key += part('b', text)
    }
    return new Subject(key, address?.network)
  }

  /** The same in the client's network: what all of a network may do together. */
  wider(subject: Subject, client: Client): Subject {
    const own = clientSubject(client)
    const network = own.network ?? own
    if (this.#fields.length === 0) return network
    return new Subject(network.key + subject.key.slice(own.key.length), network)
  }
}

function fieldText({ field, steps, as }: Field, body: unknown): string | Missing {
  let value = body
  for (const step of steps) {
    // Own fields of objects alone: `constructor` is nobody's name, and a list has no fields.
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, step)) {
      return { field, problem: 'is missing' }
    }
    value = (value as Readonly<Record<string, unknown>>)[step]
  }
  if (typeof value !== 'string') return { field, problem: 'has to be a text' }
  if (value.length > MAX_SUBJECT_LENGTH) return { field, problem: `is longer than ${MAX_SUBJECT_LENGTH} characters` }
  const text = normalise(value, as)
  return text === '' ? { field, problem: 'is empty' } : text
}
