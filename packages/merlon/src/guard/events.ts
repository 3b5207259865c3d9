import type { StoreEvent } from '../contract/counters.ts'
import type { ProblemCode } from '../contract/problems.generated.ts'

/** What is said of one request in every event. */
export interface Incident {
  readonly requestId: string
  readonly code: ProblemCode
  readonly status: number
  /** The client's address; empty where none is known. */
  readonly client: string
  /** The id of who has been recognised. */
  readonly principal?: string
  readonly method: string
  /** Canonical path, or as it came where it could not be read; without the query, which can hold secrets. */
  readonly path: string
  /** The pattern of the policy's route. */
  readonly route: string
  /** For the operator alone. */
  readonly reason?: string
}

/** What is said of a request that has come through. */
export type Admission = Pick<Incident, 'requestId' | 'client' | 'principal' | 'method' | 'path' | 'route'>

export interface GuardEvents {
  /** The handler's turn has come. What an inline route or the rest of a body brings is still to come. */
  admitted: Admission
  /** The client got a refusal. */
  refused: Incident
  /** A section or limit in `observe` would have refused. */
  observed: Incident
  /** The handler threw what is no refusal; the client got a 500. */
  failed: Incident & { readonly error: unknown }
  /** The store in which limits count was lost, is back, is slow, or has failed. */
  store: StoreEvent
}

export type Listener<K extends keyof GuardEvents> = (event: GuardEvents[K]) => void

/** Listeners by event. A listener that throws does not reach the request: it is reported and the next one called. */
export class Events {
  readonly #listeners = new Map<keyof GuardEvents, Set<Listener<never>>>()
  readonly #report: (error: unknown) => void

  constructor(report: (error: unknown) => void) {
    this.#report = report
  }

  /** @returns a function that removes the listener */
  on<K extends keyof GuardEvents>(name: K, listener: Listener<K>): () => void {
    const set = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, set)
    set.add(listener as Listener<never>)
    return () => void set.delete(listener as Listener<never>)
  }

  has(name: keyof GuardEvents): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0
  }

  emit<K extends keyof GuardEvents>(name: K, event: GuardEvents[K]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        ;(listener as Listener<K>)(event)
      } catch (error) {
        this.#report(error)
      }
    }
  }
}
