import type { Body } from '../contract/body.ts'
import { type Client, type Facts, NO_INPUT, type Principal, type RequestInput } from '../contract/facts.ts'
import type { ProblemCode } from '../contract/problems.generated.ts'
import type { Guard } from './guard.ts'
import { LimitsView, type RequestLimits } from './limits-view.ts'
import { remainingMs } from './pace.ts'

/** What a handler sees of the guard's work: `req.merlon`. `Input` is what it knows of its schemas. */
export interface RequestView<Input = RequestInput> {
  /** The true address behind declared proxies: `{ address, prefix, network, family }`. */
  readonly client: Client
  /** Who has been recognised: `{ id, tier, scopes }`, frozen; undefined where nobody has been. */
  readonly principal: Principal | undefined
  /** The id that the answer carries and the log names. */
  readonly requestId: string
  /** For `<script nonce="…">`; drawn at the first use, and named in the answer's Content-Security-Policy then. */
  readonly nonce: string
  /** Aborted when the client goes away, and at the deadline: hand it to fetches and queries. */
  readonly signal: AbortSignal
  /** What is left of the request's whole time, in milliseconds, 0 where it is over; Infinity where there is none. */
  readonly remainingMs: number
  /** The canonical path, without the query. */
  readonly path: string
  /** Whether the client's own connection is HTTPS. */
  readonly secure: boolean
  /** The version of the API that the request is for; undefined where the policy lists none. */
  readonly version: string | undefined
  /** The pattern of the policy's route, `POST /auth/login`, or `*`. */
  readonly route: string
  /** The body, on routes whose policy needs it before the handler: validated where it has a schema. */
  readonly body: Body | undefined
  /**
   * What the schemas of the route made of the request. A part without a schema is undefined, and so is all of it where
   * the guard has not come to that. `InputOf` gives it its types.
   */
  readonly input: Input
  /** What limits say of the request, and what may be changed of it: `limits.refund()`, `limits.charge(250)`. */
  readonly limits: RequestLimits
  /** Why the request was refused, if it was: for access logs, which see refused requests too. */
  readonly refusal: ProblemCode | undefined
}

/** The view is made for each request, so it holds two references and computes on demand. */
export class View implements RequestView {
  readonly #guard: Guard
  readonly #facts: Facts

  constructor(guard: Guard, facts: Facts) {
    this.#guard = guard
    this.#facts = facts
  }

  get client(): Client {
    return this.#facts.client
  }

  get principal(): Principal | undefined {
    return this.#facts.principal
  }

  get requestId(): string {
    return this.#guard.requestId(this.#facts)
  }

  get nonce(): string {
    return this.#guard.nonce(this.#facts)
  }

  get signal(): AbortSignal {
    return this.#facts.signal
  }

  get remainingMs(): number {
    return remainingMs(this.#facts, this.#guard.platform.now())
  }

  get path(): string {
    return this.#facts.path
  }

  get secure(): boolean {
    return this.#facts.secure
  }

  get version(): string | undefined {
    return this.#facts.version
  }

  get route(): string {
    return this.#facts.route.pattern
  }

  get body(): Body | undefined {
    return this.#facts.body
  }

  get input(): RequestInput {
    return this.#facts.input ?? NO_INPUT
  }

  get limits(): RequestLimits {
    return new LimitsView(this.#facts)
  }

  get refusal(): ProblemCode | undefined {
    return this.#facts.refusal?.code
  }
}
