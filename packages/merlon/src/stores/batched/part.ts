import type { Reading, Subject } from '../../contract/counters.ts'
import type { Call } from './call.ts'
import { type Definition, parsePenalty } from './definition.ts'
import { bare, isAdmission, isRefusal } from './field.ts'
import type { Key, Name } from './names.ts'
import type { Store } from './store.ts'

/** The codes of spec/redis/head.lua. */
export const CHARGE = 1
export const RESERVE = 2
export const DEBIT = 3
export const READ = 4
export const PART = 18
const REFUND = 5
const REMEMBER = 6
const FORGET = 7

/** What a marker that something is remembered is called, and one that something has been given back. */
const KNOWN = 'k'
const RETURNED = 'x'

/** The limits of one decision whose keys share a tag, so that one script decides them together. */
export class Part {
  /** Whether all limits here admit, and have been charged. */
  admitted = false
  readonly #store: Store
  readonly #name: Name
  readonly #names: readonly Name[]
  /** Of each limit how it stands, and before that what the reply's signs and marks say. */
  #fields: string[] = []
  #chargedAt = '0'

  /** @param places of each limit here, its place in the set; undefined where all of the set are here */
  constructor(
    store: Store,
    private readonly places: readonly number[] | undefined,
    readonly definitions: readonly Definition[],
    readonly subjects: readonly Subject[],
    names: readonly Name[],
    readonly costs: readonly number[],
  ) {
    this.#store = store
    this.#names = names
    this.#name = names[0] as Name
  }

  charge<T>(code: typeof CHARGE | typeof RESERVE | typeof PART, decode: (part: Part) => T): Promise<T> {
    const call = this.#open()
    return call.add(this.#operation(code, call), (reply) => {
      this.admitted = isAdmission(reply)
      this.#fields = reply.slice(2).split(' ')
      if (this.admitted && code !== CHARGE) this.#chargedAt = this.#fields.shift() ?? '0'
      return decode(this)
    })
  }

  act(code: typeof DEBIT | typeof READ): Promise<void> {
    const call = this.#open()
    return call.add(this.#operation(code, call), (reply) => {
      this.#fields = reply.slice(2).split(' ')
    })
  }

  /** Gives back `costs` of what was charged here; where it `strikes`, penalties take note of a refusal. */
  refund(costs: readonly number[], strikes: boolean): Promise<void> {
    const call = this.#open()
    const marker = `${this.#store.names.prefix}${this.#name.tag}${RETURNED}${this.#store.id()}`
    let text = `${REFUND},${call.key(marker)},${this.#chargedAt},${strikes ? 1 : 0}`
    const signs = this.#fields.map((field) => /^[+-]?k?/.exec(field)?.[0] ?? '')
    for (const [at, definition] of this.definitions.entries()) {
      // What is remembered may have changed since.
      const known = signs[at]?.endsWith('k') ? this.#keyOfKnown(at, definition.code) : undefined
      const key = known === undefined ? call.keyOf(this.#key(at)) : call.key(known)
      text += `,${key},${call.definition(definition)},${costs[at] ?? 0},0,0`
    }
    return call.add(text, (reply) => {
      for (const [at, field] of reply.slice(2).split(' ').entries()) {
        const { limit } = this.definitions[at] as Definition
        // Of a refusal the answer is that of the charge, but for penalties that have banned since.
        this.#fields[at] = limit.algorithm === 'penalty' ? field : `${signs[at]}${bare(field)}`
      }
    })
  }

  async forget(): Promise<void> {
    const call = this.#open()
    const keys = this.definitions.flatMap(({ code }, at) => {
      const known = this.#keyOfKnown(at, code)
      return [call.keyOf(this.#key(at)), ...(known === undefined ? [] : [call.key(known)])]
    })
    await call.add([FORGET, ...keys].join(), () => {})
  }

  async remember(forMs: number): Promise<void> {
    const markers = new Set(this.subjects.flatMap((_, at) => this.#keyOfKnown(at, KNOWN) ?? []))
    await Promise.all(
      [...markers].map((marker) => {
        const call = this.#open()
        return call.add(`${REMEMBER},${call.key(marker)},${Math.ceil(forMs)}`, () => {})
      }),
    )
  }

  /** In the set. */
  placeOf(at: number): number {
    return this.places?.[at] ?? at
  }

  /** Where its keys lie. */
  get tag(): string {
    return this.#name.tag
  }

  /** Whether every limit here admits, by what was said last. */
  get admits(): boolean {
    return this.#fields.every((field) => !isRefusal(field))
  }

  get penalizes(): boolean {
    return this.definitions.some(({ limit }) => limit.algorithm === 'penalty')
  }

  /** Whether a limit here refuses, other than for a penalty. */
  get refuses(): boolean {
    return this.definitions.some(({ limit }, at) => limit.algorithm !== 'penalty' && isRefusal(this.#fields[at] ?? ''))
  }

  /** Whom penalties here have banned with this very refusal. */
  struck(): { definition: Definition; subject: Subject; leftMs: number; times: number }[] {
    return this.definitions.flatMap((definition, at) => {
      if (definition.limit.algorithm !== 'penalty') return []
      const { leftMs, times, struck } = parsePenalty(bare(this.#fields[at] ?? ''))
      return struck ? [{ definition, subject: this.subjects[at] as Subject, leftMs, times }] : []
    })
  }

  /** How the limit at a place of this part stands. */
  reading(at: number): Reading {
    const field = this.#fields[at] ?? ''
    return (this.definitions[at] as Definition).read(bare(field), this.costs[at] as number, !isRefusal(field))
  }

  readings(): Reading[] {
    const readings: Reading[] = []
    for (let at = 0; at < this.definitions.length; at++) readings.push(this.reading(at))
    return readings
  }

  #open(): Call {
    return this.#store.pipe.open(this.#name.tag)
  }

  #operation(code: number, call: Call): string {
    let text = `${code}`
    for (let at = 0; at < this.definitions.length; at++) {
      const definition = this.definitions[at] as Definition
      text += `,${call.keyOf(this.#key(at))},${call.definition(definition)},${this.costs[at]}`
      const marker = this.#keyOfKnown(at, KNOWN)
      text +=
        marker === undefined ? ',0,0' : `,${call.key(marker)},${call.key(this.#keyOfKnown(at, definition.code) ?? '')}`
    }
    return text
  }

  #key(at: number): Key {
    return (this.#names[at] as Name).key((this.definitions[at] as Definition).code)
  }

  /** A remembered subject counts beside the one whose place it takes, under its tag. */
  #keyOfKnown(at: number, what: string): string | undefined {
    const known = (this.subjects[at] as Subject).known
    return known && (this.#names[at] as Name).keyBeside(what, this.#store.names.of(known))
  }
}

/** The limits of a decision by tag; one part where the server has no hash slots. The arrays are the caller's, and copied. */
export function partsOf(
  store: Store,
  definitions: readonly Definition[],
  subjects: readonly Subject[],
  costs: readonly number[],
): Part[] {
  const names: Name[] = []
  for (const subject of subjects) names.push(store.names.of(subject))
  if (!store.engine.clustered || names.every(({ tag }) => tag === names[0]?.tag)) {
    return [new Part(store, undefined, definitions, subjects.slice(), names, costs.slice())]
  }
  const places = new Map<string, number[]>()
  for (const [place, name] of names.entries()) {
    const own = places.get(name.tag)
    if (own === undefined) places.set(name.tag, [place])
    else own.push(place)
  }
  const pick = <T>(list: readonly T[], own: readonly number[]) => own.map((place) => list[place] as T)
  return [...places.values()].map(
    (own) => new Part(store, own, pick(definitions, own), pick(subjects, own), pick(names, own), pick(costs, own)),
  )
}
