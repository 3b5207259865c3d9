import type { Body } from '../contract/body.ts'
import { Facts } from '../contract/facts.ts'
import { isPromise, type MaybePromise, type Refusal } from '../contract/verdict.ts'

/** One request, as a test writes it. */
export interface FakeRequest {
  /** `GET` */
  readonly method?: string
  /** `/` */
  readonly target?: string
  /** `203.0.113.7`; null for a runtime that shows no address. */
  readonly peer?: string | null
  /** false */
  readonly encrypted?: boolean
  /** Lines in the order of arrival; names in any case, and as often as wanted. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** Text or bytes; a list arrives chunk by chunk. */
  readonly body?: string | Uint8Array | readonly (string | Uint8Array)[]
}

/** A request without a host, for tests of one defence. */
export class FakeFacts extends Facts {
  readonly method: string
  readonly target: string
  readonly peer: string | undefined
  readonly encrypted: boolean
  readonly signal = new AbortController().signal
  private readonly byName = new Map<string, string[]>()
  private readonly overs: (() => void)[] = []
  private readonly chunks: readonly Uint8Array[]

  constructor(request: FakeRequest = {}) {
    super()
    this.method = request.method ?? 'GET'
    this.target = request.target ?? '/'
    this.peer = request.peer === undefined ? '203.0.113.7' : (request.peer ?? undefined)
    this.encrypted = request.encrypted ?? false
    for (const [name, value] of request.headers ?? []) {
      const lower = name.toLowerCase()
      const lines = this.byName.get(lower)
      if (lines) lines.push(value)
      else this.byName.set(lower, [value])
    }
    const { body } = request
    const parts = body === undefined ? [] : typeof body === 'string' || body instanceof Uint8Array ? [body] : body
    this.chunks = parts.map((part) => (typeof part === 'string' ? new TextEncoder().encode(part) : part))
    // Path and query as the step `path` would lay them down for a target without tricks.
    const mark = this.target.indexOf('?')
    this.path = mark < 0 ? this.target : this.target.slice(0, mark)
    this.query = mark < 0 ? '' : this.target.slice(mark + 1)
  }

  header(name: string): string | undefined {
    return this.byName.get(name)?.join(', ')
  }

  lines(name: string): readonly string[] {
    return this.byName.get(name) ?? []
  }

  headers(): Record<string, string> {
    const all: Record<string, string> = Object.create(null)
    for (const name of this.byName.keys()) all[name] = this.header(name) as string
    return all
  }

  whenOver(call: () => void): void {
    this.overs.push(call)
  }

  /** What an adapter does when the answer is out. */
  end(): void {
    for (const each of this.overs.splice(0)) each()
  }

  /** Feeds the meter chunk by chunk and stops at its first refusal, as an adapter does; decompresses nothing. */
  readBody(): MaybePromise<Body | Refusal> {
    for (const chunk of this.chunks) {
      const refusal = this.meter?.wire(chunk)
      if (refusal) return refusal
    }
    const refusal = this.meter?.end()
    if (refusal) return refusal
    const bytes = concat(this.chunks)
    const type = (this.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
    return { bytes, type, value: parse(bytes, type) }
  }

  peekBody(): MaybePromise<Uint8Array | Refusal> {
    const body = this.readBody()
    if (isPromise(body)) return body.then((read) => ('kind' in read ? read : read.bytes))
    return 'kind' in body ? body : body.bytes
  }
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

function parse(bytes: Uint8Array, type: string): unknown {
  if (bytes.length === 0) return undefined
  const text = new TextDecoder().decode(bytes)
  if (type === 'application/json' || type.endsWith('+json')) return JSON.parse(text)
  if (type !== 'application/x-www-form-urlencoded') return undefined
  const form: Record<string, string | string[]> = Object.create(null)
  const fields = new URLSearchParams(text)
  for (const name of new Set(fields.keys())) {
    const values = fields.getAll(name)
    form[name] = values.length === 1 ? (values[0] ?? '') : values
  }
  return form
}
