import { Subject } from '../../contract/counters.ts'
import type { Facts } from '../../contract/facts.ts'
import { clientSubject, type PartType, part } from '../../contract/subject.ts'
import { isPromise, type MaybePromise } from '../../contract/verdict.ts'
import { type By, type ByField, isAddress, isPrincipal, type Source } from './by.ts'
import type { Devices } from './device.ts'
import { FieldReader, type Missing, subjectText } from './fields.ts'
import { networkOf } from './prefix.ts'
import { type SubjectOf, subjectRequest } from './request.ts'

/** A text, why there is none, or the promise of either. */
type Read = (facts: Facts) => MaybePromise<string | Missing>

interface Reader {
  readonly type: PartType
  readonly read: Read
}

const TYPES: Readonly<Record<Source, PartType>> = { body: 'b', cookie: 'c', header: 'h', param: 'm', query: 'q' }

/** A /48 and what is larger count as networks anyway. */
const NETWORK_IPV6 = 48

export interface CountedParts {
  /** Whether an account is known by the addresses from which it has signed in. */
  readonly knows: boolean
  readonly devices: Devices | undefined
  /** What is bound to a name; where it stands in the list says how a mistake of it is told. */
  readonly code: (name: string, at: number) => SubjectOf | undefined
}

/** Whom a limit counts, as its `by` says. */
export class Counted {
  /** By the address, and nothing else. */
  readonly #addressAlone: boolean
  readonly #byAddress: boolean
  readonly #prefix: Extract<By, { kind: 'prefix' }> | undefined
  /** Where nobody has been recognised, the address stands in. */
  readonly #byPrincipal: boolean
  readonly #readers: readonly Reader[]
  /** Whether an address may be known in its stead: a limit by account that remembers who has signed in from where. */
  readonly #knows: boolean
  /** Where the policy has a secret for them. */
  readonly #devices: Devices | undefined

  constructor(by: readonly By[], { knows, devices, code }: CountedParts) {
    this.#devices = devices
    this.#addressAlone = by.length === 1 && by[0]?.kind === 'address'
    this.#byAddress = by.some(({ kind }) => kind === 'address')
    this.#prefix = by.find((each) => each.kind === 'prefix')
    this.#byPrincipal = by.some(isPrincipal)
    this.#readers = by.flatMap((each, at) => (isAddress(each) ? [] : readerOf(each, at, code)))
    this.#knows = knows
  }

  /** Whether the address is part of it, for this request. */
  usesAddress(facts: Facts): boolean {
    return this.#byAddress || this.#prefix !== undefined || (this.#byPrincipal && facts.principal === undefined)
  }

  /** Whether it counts by something smaller than a /48, of which a customer has many. */
  needsCompanion(facts: Facts): boolean {
    if (this.#prefix !== undefined) return this.#prefix.ipv6 > NETWORK_IPV6
    return this.#byAddress || (this.#byPrincipal && facts.principal === undefined)
  }

  subject(facts: Facts): MaybePromise<Subject | Missing> {
    if (this.#addressAlone) return clientSubject(facts.client)
    return this.#join(facts, this.#head(facts), 0)
  }

  #head(facts: Facts): string {
    if (this.#prefix !== undefined) return part('x', networkOf(facts.client, this.#prefix.ipv4, this.#prefix.ipv6))
    return this.usesAddress(facts) ? clientSubject(facts.client).key : ''
  }

  /** The parts from this one on, joined to the key so far. */
  #join(facts: Facts, start: string, from: number): MaybePromise<Subject | Missing> {
    let key = start
    for (let at = from; at < this.#readers.length; at++) {
      const { type, read } = this.#readers[at] as Reader
      if (facts.principal === undefined && (type === 'p' || type === 't' || type === 's')) continue
      const text = read(facts)
      if (isPromise(text)) {
        const before = key
        return text.then((late) =>
          typeof late === 'string' ? this.#join(facts, before + part(type, late), at + 1) : late,
        )
      }
      if (typeof text !== 'string') return text
      key += part(type, text)
    }
    const own = clientSubject(facts.client)
    const known = this.#knows ? new Subject(own.key + key, own.network) : undefined
    const subject = new Subject(key, this.usesAddress(facts) ? own.network : undefined, known)
    return this.#devices === undefined ? subject : this.#devices.apply(facts, subject)
  }

  /** The same in the client's network: what all of a network may do together. */
  wider(subject: Subject, facts: Facts): Subject {
    const own = clientSubject(facts.client)
    const network = own.network ?? own
    if (this.#addressAlone) return network
    const head = this.#head(facts)
    return new Subject(network.key + subject.key.slice(head.length), network)
  }
}

function readerOf(by: By, at: number, code: (name: string, at: number) => SubjectOf | undefined): Reader[] {
  if ('field' in by) {
    const reader = new FieldReader(by as ByField)
    return [{ type: TYPES[by.kind], read: (facts) => reader.text(facts) }]
  }
  switch (by.kind) {
    case 'principal':
      return [{ type: 'p', read: (facts) => facts.principal?.id ?? '' }]
    case 'tier':
      return [{ type: 't', read: (facts) => facts.principal?.tier ?? '' }]
    case 'scope':
      return [{ type: 's', read: (facts) => [...(facts.principal?.scopes ?? [])].sort().join(' ') }]
    case 'route':
      return [{ type: 'r', read: (facts) => facts.route.pattern }]
    case 'code': {
      const call = code(by.use, at)
      return call === undefined ? [] : [{ type: 'u', read: (facts) => said(call, by.use, facts) }]
    }
    default:
      return []
  }
}

function said(call: SubjectOf, name: string, facts: Facts): MaybePromise<string | Missing> {
  const text = call(subjectRequest(facts))
  if (isPromise(text)) return text.then((late) => subjectText(late, name, 'exact'))
  return subjectText(text, name, 'exact')
}
