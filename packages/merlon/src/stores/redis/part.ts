import type { Reading, Subject } from '../../contract/counters.ts'
import type { Call } from './call.ts'
import { type Definition, parsePenalty } from './definition.ts'
import type { Name } from './names.ts'
import type { Store } from './store.ts'

/** The codes of spec/redis/head.lua. */
export const CHARGE = 1
export const RESERVE = 2
export const DEBIT = 3
export const READ = 4
const REFUND = 5
const REMEMBER = 6
const FORGET = 7

/** The limits of one decision whose keys share a tag, so that one script decides them together. */
export class Part {
  /** Of each limit here, its place in the set. */
  readonly places: number[] = []
  readonly definitions: Definition[] = []
  readonly subjects: Subject[] = []
  readonly costs: number[] = []
  /** Whether all limits here admit, and have been charged. */
  admitted = false
  readonly #store: Store
  readonly #tag: string
  readonly #keys: string[] = []
  /** What the reply says of each: how it stands, whether it would admit, and whether it counted a remembered subject. */
  readonly #fields: string[] = []
  readonly #admits: boolean[] = []
  readonly #known: boolean[] = []
  #chargedAt = '0'

  constructor(store: Store, tag: string) {
    this.#store = store
    this.#tag = tag
  }

  add(place: number, definition: Definition, subject: Subject, name: Name, cost: number): void {
    this.places.push(place)
    this.definitions.push(definition)
    this.subjects.push(subject)
    this.costs.push(cost)
    this.#keys.push(this.#key(definition.code, name.id))
  }

  charge(code: typeof CHARGE | typeof RESERVE): Promise<void> {
    const call = this.#open()
    return call.add(`${code}${this.#limits(call)}`, (reply) => {
      this.admitted = reply.startsWith('+')
      let rest = reply.slice(2)
      if (this.admitted && code === RESERVE) {
        const end = rest.indexOf(' ')
        this.#chargedAt = rest.slice(0, end)
        rest = rest.slice(end + 1)
      }
      this.#take(rest, !this.admitted)
    })
  }

  act(code: typeof DEBIT | typeof READ): Promise<void> {
    const call = this.#open()
    return call.add(`${code}${this.#limits(call)}`, (reply) => this.#take(reply.slice(2), false))
  }

  /** Gives back `costs` of what was charged here; where it `strikes`, penalties take note of a refusal. */
  refund(costs: readonly number[], strikes: boolean): Promise<void> {
    const call = this.#open()
    const marker = call.key(this.#key('x', this.#store.id()))
    let text = `${REFUND},${marker},${this.#chargedAt},${strikes ? 1 : 0}`
    for (let at = 0; at < this.places.length; at++) {
      // What is remembered may have changed since.
      const key = (this.#known[at] ? this.#otherKey(at) : undefined) ?? (this.#keys[at] as string)
      text += `,${call.key(key)},${call.definition(this.definitions[at] as Definition)},${costs[at] ?? 0},0,0`
    }
    return call.add(text, (reply) => {
      for (const [at, field] of reply.slice(2).split(' ').entries()) this.#fields[at] = field
    })
  }

  /** Whether a limit here refuses, other than for a penalty. */
  get refuses(): boolean {
    return this.definitions.some(({ limit }, at) => limit.algorithm !== 'penalty' && !this.#admits[at])
  }

  async forget(): Promise<void> {
    const call = this.#open()
    const keys = [...this.#keys, ...this.subjects.flatMap((_, at) => this.#otherKey(at) ?? [])]
    await call.add([FORGET, ...keys.map((key) => call.key(key))].join(), () => {})
  }

  async remember(forMs: number): Promise<void> {
    const markers = new Set(this.subjects.flatMap((_, at) => this.#marker(at) ?? []))
    await Promise.all(
      [...markers].map((marker) => {
        const call = this.#open()
        return call.add(`${REMEMBER},${call.key(marker)},${forMs}`, () => {})
      }),
    )
  }

  /** Whom penalties here have banned with this very refusal. */
  struck(): { definition: Definition; subject: Subject; leftMs: number; times: number }[] {
    return this.definitions.flatMap((definition, at) => {
      if (definition.limit.algorithm !== 'penalty') return []
      const { leftMs, times, struck } = parsePenalty(this.#fields[at] ?? '')
      return struck ? [{ definition, subject: this.subjects[at] as Subject, leftMs, times }] : []
    })
  }

  /** How the limit at a place of this part stands. */
  reading(at: number): Reading {
    const definition = this.definitions[at] as Definition
    return definition.read(this.#fields[at] ?? '', this.costs[at] as number, this.#admits[at] as boolean)
  }

  readings(): Reading[] {
    return this.definitions.map((_, at) => this.reading(at))
  }

  #take(reply: string, signed: boolean): void {
    for (const [at, field] of reply.split(' ').entries()) {
      const from = signed ? 1 : 0
      const known = field.startsWith('k', from)
      this.#admits[at] = !signed || field.startsWith('+')
      this.#known[at] = known
      this.#fields[at] = field.slice(known ? from + 1 : from)
    }
  }

  #open(): Call {
    return this.#store.pipe.open(this.#tag)
  }

  #key(what: string, id: string): string {
    return this.#store.names.key(this.#tag, what, id)
  }

  #limits(call: Call): string {
    let text = ''
    for (let at = 0; at < this.places.length; at++) {
      const key = call.key(this.#keys[at] as string)
      text += `,${key},${call.definition(this.definitions[at] as Definition)},${this.costs[at]}`
      const marker = this.#marker(at)
      text += marker === undefined ? ',0,0' : `,${call.key(marker)},${call.key(this.#otherKey(at) ?? '')}`
    }
    return text
  }

  /** Where a remembered subject counts; beside the subject whose place it takes, under its tag. */
  #otherKey(at: number): string | undefined {
    const known = this.subjects[at]?.known
    return known && this.#key((this.definitions[at] as Definition).code, this.#store.names.of(known).id)
  }

  #marker(at: number): string | undefined {
    const known = this.subjects[at]?.known
    return known && this.#key('k', this.#store.names.of(known).id)
  }
}

/** The limits of a decision by tag; one part where Redis has no hash slots. */
export function partsOf(
  store: Store,
  definitions: readonly Definition[],
  subjects: readonly Subject[],
  costs: readonly number[],
): Part[] {
  const parts = new Map<string, Part>()
  for (let place = 0; place < definitions.length; place++) {
    const subject = subjects[place] as Subject
    const name = store.names.of(subject)
    const group = store.link.clustered ? name.tag : ''
    let part = parts.get(group)
    if (part === undefined) {
      part = new Part(store, name.tag)
      parts.set(group, part)
    }
    part.add(place, definitions[place] as Definition, subject, name, costs[place] as number)
  }
  return [...parts.values()]
}
