import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Body } from '../../contract/body.ts'
import { Facts } from '../../contract/facts.ts'
import type { MaybePromise, Refusal } from '../../contract/verdict.ts'
import type { BodyGate } from './body-gate.ts'
import { collectBody, peekBody } from './collect-body.ts'

export class NodeFacts extends Facts {
  readonly method: string
  readonly target: string
  readonly req: IncomingMessage
  readonly res: ServerResponse
  /** Its headers as node gives them. */
  readonly fields: IncomingHttpHeaders
  readonly #socket: Socket
  /** Where the body's bytes come through; undefined where there are none. */
  gate: BodyGate | undefined = undefined
  #controller: AbortController | undefined
  #lateness: unknown

  constructor(req: IncomingMessage, res: ServerResponse, target: string) {
    super()
    this.req = req
    this.res = res
    // Read once: each look at a request of Express' is one at an object of its own kind.
    this.fields = req.headers
    this.#socket = req.socket
    this.method = req.method ?? 'GET'
    this.target = target
  }

  get peer(): string | undefined {
    return this.#socket.remoteAddress
  }

  get encrypted(): boolean {
    return (this.#socket as TLSSocket).encrypted === true
  }

  override get native(): IncomingMessage {
    return this.req
  }

  header(name: string): string | undefined {
    const value = this.fields[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  lines(name: string): readonly string[] {
    const { rawHeaders } = this.req
    const found: string[] = []
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const raw = rawHeaders[at] as string
      if (raw.length === name.length && raw.toLowerCase() === name) found.push(rawHeaders[at + 1] as string)
    }
    return found
  }

  headers(): Record<string, string> {
    const all: Record<string, string> = Object.create(null)
    for (const name of Object.keys(this.fields)) all[name] = this.header(name) as string
    return all
  }

  /** Made at the first use: most handlers never ask, and a controller for each request costs. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = new AbortController()
      this.#controller = controller
      if (this.#lateness !== undefined) controller.abort(this.#lateness)
      else if (this.req.destroyed && !this.req.complete) controller.abort()
      else this.res.once('close', () => this.res.writableFinished || controller.abort())
    }
    return this.#controller.signal
  }

  /** The deadline has passed. */
  abort(reason: unknown): void {
    this.#lateness = reason
    this.#controller?.abort(reason)
  }

  /** Whether something that was thrown says no more than that the signal was aborted at the deadline. */
  isLateness(error: unknown): boolean {
    if (this.#lateness === undefined) return false
    return error === this.#lateness || (error instanceof Error && error.cause === this.#lateness)
  }

  whenOver(call: () => void): void {
    if (this.res.closed) call()
    else this.res.once('close', call)
  }

  readBody(): MaybePromise<Body | Refusal> {
    // A guard around this one has read it.
    if (this.body) return this.body
    // What counts it may have been laid down by the very step that reads.
    if (this.meter) this.gate?.open(this.meter)
    return collectBody(this.req, this)
  }

  peekBody(): MaybePromise<Uint8Array | Refusal> {
    if (this.meter) this.gate?.open(this.meter)
    return this.gate ? peekBody(this.req, this, this.gate) : new Uint8Array(0)
  }
}
