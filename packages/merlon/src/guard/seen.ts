import type { Client, Facts } from '../contract/facts.ts'

/** A request as the hooks see it, `skip` and `onRefuse`. */
export interface SeenRequest {
  readonly method: string
  /** The canonical path, without the query; empty where it could not be read. */
  readonly path: string
  /** The pattern of the policy's route, `POST /auth/login`, or `*`. */
  readonly route: string
  /** The true address behind declared proxies. */
  readonly client: Client
  /** Whether the client's own connection is HTTPS. */
  readonly secure: boolean
  /** A header's value, its lines joined by `, `; the name in any case. */
  header(name: string): string | undefined
}

export class Seen implements SeenRequest {
  readonly #facts: Facts
  /** Bound, as hooks take requests apart: `({ header }) => …`. */
  readonly header: SeenRequest['header']

  constructor(facts: Facts) {
    this.#facts = facts
    this.header = (name) => facts.header(name.toLowerCase())
  }

  get method(): string {
    return this.#facts.method
  }

  get path(): string {
    return this.#facts.path
  }

  get route(): string {
    return this.#facts.route.pattern
  }

  get client(): Client {
    return this.#facts.client
  }

  get secure(): boolean {
    return this.#facts.secure
  }
}
