import type { BareAnswer } from 'merlon/node'
import type { GuardedRequest } from './core.ts'
import type { Relay } from './relay.ts'

/** Where lines go. It is given whole lines, many at a time, and must not block. */
export interface LogSink {
  write(text: string): void
}

const FLUSH_BYTES = 32_768
const FLUSH_MS = 200

/** What an attacker writes into a log is cut here. */
const MAX_PATH = 2048

/**
 * One line of JSON a request, written when its answer is over. The query is left out: keys, tokens and search terms
 * stand there. Lines are gathered, since a write for each would cost more than the request's way through the guard.
 */
export class AccessLog {
  readonly #sink: LogSink
  readonly #wall: () => number
  readonly #now: () => number
  #lines = ''
  #timer: NodeJS.Timeout | undefined
  #closed = false
  #second = 0
  #secondText = ''

  constructor(sink: LogSink, wall: () => number, now: () => number) {
    this.#sink = sink
    this.#wall = wall
    this.#now = now
  }

  request(relay: Relay): void {
    const { req, res, sent, startedMs, cut } = relay
    const { merlon } = req as Partial<GuardedRequest>
    // Put together by hand: a line is written for each request, and an object for it would cost several times as much.
    let line = `{"time":"${this.#time()}","event":"request","client":"${merlon?.client.address ?? ''}"`
    if (merlon !== undefined) line += `,"requestId":${JSON.stringify(merlon.requestId)}`
    line += `,"method":"${req.method}","path":${JSON.stringify(shorten(merlon?.path || withoutQuery(req.url ?? '')))}`
    if (merlon !== undefined) line += `,"route":${JSON.stringify(merlon.route)}`
    if (res.headersSent) line += `,"status":${res.statusCode}`
    line += `,"bytes":${sent},"ms":${Math.round((this.#now() - startedMs) * 100) / 100}`
    if (merlon?.refusal !== undefined) line += `,"refusal":"${merlon.refusal}"`
    if (cut !== undefined) line += `,"cut":"${cut}"`
    this.#add(`${line}}\n`)
  }

  /** What never became a request: the peer is known, and no more. */
  bare(peer: string | undefined, code: string, answer: BareAnswer): void {
    const { requestId, status } = answer
    const line = { time: this.#time(), event: 'request', peer, requestId, status, refusal: code }
    this.#add(`${JSON.stringify(line)}\n`)
  }

  /** ISO 8601 in UTC; the part up to the second is the same for many lines. */
  #time(): string {
    const ms = this.#wall()
    const second = Math.floor(ms / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#secondText = new Date(second * 1000).toISOString().slice(0, 20)
    }
    return `${this.#secondText}${String(ms - second * 1000).padStart(3, '0')}Z`
  }

  #add(line: string): void {
    this.#lines += line
    if (this.#closed || this.#lines.length >= FLUSH_BYTES) this.flush()
    else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.flush(), FLUSH_MS)
      this.#timer.unref()
    }
  }

  /** From here on every line is written at once: answers that were cut report late. */
  close(): void {
    this.#closed = true
    this.flush()
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#lines === '') return
    const lines = this.#lines
    this.#lines = ''
    this.#sink.write(lines)
  }
}

function withoutQuery(target: string): string {
  const mark = target.indexOf('?')
  return mark < 0 ? target : target.slice(0, mark)
}

function shorten(path: string): string {
  return path.length > MAX_PATH ? `${path.slice(0, MAX_PATH)}…` : path
}
