import type { LimitSet, Reading, Reservation, Subject } from '../../contract/counters.ts'
import { acrossTags } from './across.ts'
import { listBan } from './bans.ts'
import type { Definition } from './definition.ts'
import { bare, isAdmission, isRefusal } from './field.ts'
import type { Fleet } from './fleet.ts'
import type { Key } from './names.ts'
import { CHARGE, DEBIT, type Part, partsOf, READ, RESERVE } from './part.ts'
import { reservationOf } from './reservation.ts'
import type { Store } from './store.ts'

/** Limits that are decided together: in one step where their subjects share a tag, or the server has no hash slots. */
export class BatchedLimitSet implements LimitSet {
  readonly #store: Store
  readonly #fleet: Fleet
  readonly #definitions: readonly Definition[]
  readonly #ones: readonly number[]
  readonly #penalizes: boolean

  constructor(store: Store, fleet: Fleet, definitions: readonly Definition[]) {
    this.#store = store
    this.#fleet = fleet
    this.#definitions = definitions
    this.#ones = definitions.map(() => 1)
    this.#penalizes = definitions.some(({ limit }) => limit.algorithm === 'penalty')
  }

  charge(subjects: readonly Subject[], costs: readonly number[]): Promise<Reading[]> {
    return this.#chargePlain(subjects, costs) ?? this.#chargeParts(subjects, costs)
  }

  /** What most charges are: each limit at a cost of 1, all under one tag, and nobody remembered. */
  #chargePlain(subjects: readonly Subject[], costs: readonly number[]): Promise<Reading[]> | undefined {
    if (this.#penalizes) return undefined
    const { names, engine, pipe } = this.#store
    const keys: Key[] = []
    let tag = ''
    for (let at = 0; at < this.#definitions.length; at++) {
      const subject = subjects[at] as Subject
      if (costs[at] !== 1 || subject.known !== undefined) return undefined
      const name = names.of(subject)
      if (at === 0) ({ tag } = name)
      else if (engine.clustered && name.tag !== tag) return undefined
      keys.push(name.key((this.#definitions[at] as Definition).code))
    }
    return pipe.open(tag).charge(this.#definitions, keys, this.#readPlain)
  }

  readonly #readPlain = (line: string): Reading[] => {
    const all = isAdmission(line)
    const [only] = this.#definitions
    if (this.#definitions.length === 1 && only !== undefined) {
      return [only.read(line.slice(all ? 2 : 3), 1, all)]
    }
    const fields = line.slice(2).split(' ')
    return this.#definitions.map((definition, at) => {
      const field = fields[at] ?? ''
      return definition.read(all ? field : bare(field), 1, all || !isRefusal(field))
    })
  }

  #chargeParts(subjects: readonly Subject[], costs: readonly number[]): Promise<Reading[]> {
    const parts = this.#parts(subjects, costs)
    const [part] = parts as [Part]
    return parts.length > 1 ? this.#across(parts) : part.charge(CHARGE, this.#told)
  }

  async reserve(subjects: readonly Subject[], costs: readonly number[]): Promise<Reservation> {
    const parts = this.#parts(subjects, costs)
    const [part] = parts as [Part]
    const readings = await (parts.length > 1 ? this.#across(parts) : part.charge(RESERVE, this.#told))
    return reservationOf(this.#store, parts, readings)
  }

  async debit(subjects: readonly Subject[], costs: readonly number[]): Promise<void> {
    await Promise.all(this.#parts(subjects, costs).map((part) => part.act(DEBIT)))
  }

  async read(subjects: readonly Subject[]): Promise<Reading[]> {
    const parts = this.#parts(subjects, this.#ones)
    await Promise.all(parts.map((part) => part.act(READ)))
    return inOrder(parts)
  }

  async forget(subjects: readonly Subject[]): Promise<void> {
    const parts = this.#parts(subjects, this.#ones)
    await Promise.all(parts.map((part) => part.forget()))
    const banned = this.#definitions.flatMap((definition, at) =>
      definition.limit.algorithm === 'penalty' ? [{ definition, subject: subjects[at] as Subject }] : [],
    )
    await Promise.all(banned.map((each) => listBan(this.#store, this.#fleet, each.definition, each.subject, 0, 0)))
    await this.#fleet.changed()
  }

  async remember(subjects: readonly Subject[], forMs: number): Promise<void> {
    await Promise.all(this.#parts(subjects, this.#ones).map((part) => part.remember(forMs)))
  }

  async #across(parts: readonly Part[]): Promise<Reading[]> {
    await acrossTags(this.#store, parts)
    if (this.#penalizes) for (const part of parts) this.#listBans(part)
    return inOrder(parts)
  }

  readonly #told = (part: Part): Reading[] => {
    if (this.#penalizes) this.#listBans(part)
    return part.readings()
  }

  /** Whom a penalty has banned just now is written down; the answer does not wait for it. */
  #listBans(part: Part): void {
    for (const { definition, subject, leftMs, times } of part.struck()) {
      void this.#store.aside(listBan(this.#store, this.#fleet, definition, subject, leftMs, times))
    }
  }

  #parts(subjects: readonly Subject[], costs: readonly number[]): Part[] {
    return partsOf(this.#store, this.#definitions, subjects, costs)
  }
}

/** What the parts say, in the order of the set. */
function inOrder(parts: readonly Part[]): Reading[] {
  const readings: Reading[] = []
  for (const part of parts) for (const [at, reading] of part.readings().entries()) readings[part.placeOf(at)] = reading
  return readings
}
