import { connect, type Socket } from 'node:net'
import type { Pair } from './format.ts'

/** An answer as it came over the wire. */
export interface RawAnswer {
  /** 0 where the connection ended without an answer. */
  readonly status: number
  readonly headers: readonly Pair[]
  readonly body: Buffer
  /** Whether the body came to the end that its framing announced. */
  readonly whole: boolean
  /** Whether the server will take no further request on this connection, by its word or by its deed. */
  readonly closed: boolean
}

/** How long an answer may take; a server that waits for bytes that never come would hold up the whole run. */
const ANSWER_MS = 10_000

/** One connection. HTTP libraries repair what they send and hide what they get; this one does neither. */
export class RawClient {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #ended = false
  #error = 'closed without an answer'
  #wake = () => {}

  /** @param from the address to connect from; a port of its own is only bound where it is not the usual one */
  constructor(port: number, from: string) {
    this.#socket = connect({ host: '127.0.0.1', port, ...(from === '127.0.0.1' ? {} : { localAddress: from }) })
    this.#socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    // A server may reset what it does not want to read; what it has answered before is still there.
    this.#socket.on('error', (error) => {
      this.#error = error.message
      this.#end()
    })
    this.#socket.on('close', () => this.#end())
  }

  async send(bytes: Buffer, method: string): Promise<RawAnswer> {
    this.#socket.write(bytes)
    const late = Date.now() + ANSWER_MS
    for (;;) {
      const answer = this.#parse(method)
      if (answer) return answer
      if (this.#ended) return this.#none()
      if (Date.now() >= late) throw new Error(`no answer within ${ANSWER_MS} ms; so far: ${this.#received}`)
      await this.#more(late - Date.now())
    }
  }

  #none(): RawAnswer {
    const body = Buffer.from(`${this.#received}(${this.#error})`)
    return { status: 0, headers: [], body, whole: this.#received.length === 0, closed: true }
  }

  close(): void {
    this.#socket.destroy()
  }

  #end(): void {
    this.#ended = true
    this.#wake()
  }

  #more(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** The answer at the head of what has been received; undefined where more has to come. */
  #parse(method: string): RawAnswer | undefined {
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return undefined
    const [first = '', ...lines] = this.#received.subarray(0, end).toString('latin1').split('\r\n')
    const status = Number(first.split(' ')[1])
    const rest = this.#received.subarray(end + 4)
    if (status < 200) {
      this.#received = rest
      return this.#parse(method)
    }
    const headers = lines.map((line): Pair => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    })
    const content =
      method === 'HEAD' || status === 204 || status === 304 ? none(rest) : bodyOf(headers, rest, this.#ended)
    if (!content) return undefined
    this.#received = content.rest
    const closed = this.#ended || /\bclose\b/i.test(headerOf(headers, 'connection') ?? '')
    return { status, headers, body: content.body, whole: content.whole, closed }
  }
}

/** A header's lines, joined; undefined where there is none. The name is lower case. */
export function headerOf(headers: readonly Pair[], name: string): string | undefined {
  const found = headers.filter((pair) => pair[0].toLowerCase() === name).map((pair) => pair[1])
  return found.length === 0 ? undefined : found.join(', ')
}

interface Content {
  readonly body: Buffer
  readonly rest: Buffer
  readonly whole: boolean
}

const none = (rest: Buffer): Content => ({ body: Buffer.alloc(0), rest, whole: true })

function bodyOf(headers: readonly Pair[], rest: Buffer, ended: boolean): Content | undefined {
  const length = headerOf(headers, 'content-length')
  if (/chunked/i.test(headerOf(headers, 'transfer-encoding') ?? '')) return unchunk(rest, ended)
  if (length === undefined) return ended ? { body: rest, rest: Buffer.alloc(0), whole: true } : undefined
  const bytes = Number(length)
  if (rest.length >= bytes) return { body: rest.subarray(0, bytes), rest: rest.subarray(bytes), whole: true }
  return ended ? { body: rest, rest: Buffer.alloc(0), whole: false } : undefined
}

function unchunk(bytes: Buffer, ended: boolean): Content | undefined {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at)
    const size = line < 0 ? Number.NaN : Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16)
    const from = line + 2
    if (Number.isNaN(size) || bytes.length < from + size + 2) {
      return ended ? { body: Buffer.concat(parts), rest: Buffer.alloc(0), whole: false } : undefined
    }
    // Trailers are not sent by any host here.
    if (size === 0) return { body: Buffer.concat(parts), rest: bytes.subarray(from + 2), whole: true }
    parts.push(bytes.subarray(from, from + size))
    at = from + size + 2
  }
}
