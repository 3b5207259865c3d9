import type { Body, BodyMeter } from '../../contract/body.ts'
import { Facts } from '../../contract/facts.ts'
import { makeBody } from '../../contract/make-body.ts'
import { type MaybePromise, type Refusal, refuse } from '../../contract/verdict.ts'
import { BodyRefused, metered } from './metered.ts'

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

  constructor(request: Request, peer: string | undefined, onRefusal: (refusal: Refusal) => void) {
    super()
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
    return this.request.signal
  }

  readBody(): MaybePromise<Body | Refusal> {
    const type = this.header('content-type') ?? ''
    const { body } = this.given ?? this.request
    if (!body) return makeBody(new Uint8Array(0), type)
    const counts = this.meter !== undefined && this.meter !== this.counted
    const stream = counts && this.meter ? metered(body, this.meter, this.onRefusal) : body
    return new Response(stream).arrayBuffer().then(
      (buffer) => makeBody(new Uint8Array(buffer), type),
      (error) => {
        if (error instanceof BodyRefused) return error.refusal
        return this.refusal ?? refuse('bad-request', { reason: 'the body could not be read to its end', close: true })
      },
    )
  }
}
