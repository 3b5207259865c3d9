import type { Body, BodyMeter } from '../../contract/body.ts'
import { Facts } from '../../contract/facts.ts'
import { makeBody } from '../../contract/make-body.ts'
import { isPromise, type MaybePromise, type Refusal, refuse } from '../../contract/verdict.ts'
import { paceOf } from '../../guard/pace.ts'
import { Arrival } from './arrival.ts'
import { BodyRefused, metered } from './metered.ts'

const GONE = 'the body was read before an inline route that needs it; hand on the request before anything reads it'

export class FetchFacts extends Facts {
  readonly method: string
  readonly target: string
  readonly peer: string | undefined
  readonly encrypted: boolean
  readonly request: Request
  /** What the handler got in place of the request, once it has: its body is counted where it has to be. */
  given: Request | undefined = undefined
  /** What counts the body of `given`. */
  counted: BodyMeter | undefined = undefined
  /** Called where the body is refused while it is read. */
  readonly onRefusal: (refusal: Refusal) => void
  /** The whole body, where somebody has looked at it and left it to the handler. */
  peekedBytes: Uint8Array<ArrayBuffer> | undefined
  /** The body on its way, where it has a time to come in. */
  arrival: Arrival | undefined
  readonly #now: () => number
  #controller: AbortController | undefined
  #signal: AbortSignal | undefined
  #lateness: unknown
  #overs: (() => void)[] | undefined
  #isOver = false

  constructor(request: Request, peer: string | undefined, onRefusal: (refusal: Refusal) => void, now: () => number) {
    super()
    this.#now = now
    this.startedMs = now()
    this.request = request
    this.peer = peer
    this.onRefusal = onRefusal
    this.method = request.method
    // The runtime has parsed the URL: dot segments and backslashes are gone before anybody can see them.
    const { url } = request
    const slash = url.indexOf('/', url.indexOf('://') + 3)
    this.target = slash < 0 ? '/' : url.slice(slash)
    this.encrypted = url.startsWith('https:')
  }

  override get native(): Request {
    return this.request
  }

  header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined
  }

  /** Fetch joins a header's lines; what was apart is seen as a list. */
  lines(name: string): readonly string[] {
    const value = this.header(name)
    return value === undefined ? [] : [value]
  }

  headers(): Record<string, string> {
    const all: Record<string, string> = Object.create(null)
    for (const [name, value] of this.request.headers) all[name] = value
    return all
  }

  get signal(): AbortSignal {
    if (!this.#signal) {
      const { signal } = this.request
      this.#controller = new AbortController()
      this.#signal = AbortSignal.any([this.#controller.signal, ...(signal ? [signal] : [])])
      if (this.#lateness !== undefined) this.#controller.abort(this.#lateness)
    }
    return this.#signal
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

  /** The body for whoever reads it, timed and counted; undefined where there is none, or nothing to be done to it. */
  incoming(): ReadableStream<Uint8Array> | undefined {
    const { meter, request } = this
    if (!request.body) return undefined
    const timed = paceOf(this) !== undefined
    const body = timed ? this.timed(request.body) : request.body
    if (meter) return metered(body, meter, this.onRefusal)
    return timed ? body : undefined
  }

  /** A body on its way, timed from here on. */
  timed(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    this.arrival = new Arrival(body, this.#now)
    return this.arrival.stream
  }

  whenOver(call: () => void): void {
    if (this.#isOver) call()
    else if (this.#overs) this.#overs.push(call)
    else this.#overs = [call]
  }

  /** The answer is out, or nobody waits for it any more. */
  over(): void {
    this.#isOver = true
    const calls = this.#overs
    this.#overs = undefined
    if (calls) for (const call of calls) call()
  }

  /** Whether somebody wants to hear of it. */
  get isAwaited(): boolean {
    return this.#overs !== undefined
  }

  readBody(): MaybePromise<Body | Refusal> {
    if (this.given?.bodyUsed) throw new TypeError(GONE)
    const type = this.header('content-type') ?? ''
    const read = this.#read()
    return isPromise(read) ? read.then((late) => madeOf(late, type)) : madeOf(read, type)
  }

  peekBody(): MaybePromise<Uint8Array | Refusal> {
    if (this.given?.bodyUsed) return new Uint8Array(0)
    const read = this.#read()
    if (!isPromise(read)) return read
    return read.then((late) => {
      if (!('kind' in late)) this.peekedBytes = late
      return late
    })
  }

  #read(): MaybePromise<Uint8Array<ArrayBuffer> | Refusal> {
    const { body } = this.given ?? this.request
    if (!body) return new Uint8Array(0)
    const stream = this.given ? this.#countedAgain(body) : (this.incoming() ?? body)
    return new Response(stream).arrayBuffer().then(
      (buffer) => new Uint8Array(buffer),
      (error) => {
        if (error instanceof BodyRefused) return error.refusal
        return this.refusal ?? refuse('bad-request', { reason: 'the body could not be read to its end', close: true })
      },
    )
  }

  /** A body that the handler has got already, counted by what has joined since. */
  #countedAgain(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const { meter } = this
    return meter && meter !== this.counted ? metered(body, meter, this.onRefusal) : body
  }
}

function madeOf(read: Uint8Array | Refusal, type: string): Body | Refusal {
  return 'kind' in read ? read : makeBody(read, type)
}
