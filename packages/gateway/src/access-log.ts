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

  constructor(sink: LogSink, wall: () => number, now: () => number) {
    this.#sink = sink
    this.#wall = wall
    this.#now = now
  }

  request(relay: Relay): void {
    const { req, res, sent, startedMs, cut } = relay
    const { merlon } = req as Partial<GuardedRequest>
    this.#add({
      time: new Date(this.#wall()).toISOString(),
      event: 'request',
      requestId: merlon?.requestId,
      client: merlon?.client.address ?? req.socket?.remoteAddress,
      method: req.method,
      path: shorten(merlon?.path || withoutQuery(req.url ?? '')),
      route: merlon?.route,
      status: res.headersSent ? res.statusCode : undefined,
      bytes: sent,
      ms: Math.round((this.#now() - startedMs) * 100) / 100,
      refusal: merlon?.refusal,
      cut,
    })
  }

  /** What never became a request. */
  bare(peer: string | undefined, code: string, answer: BareAnswer): void {
    const { requestId, status } = answer
    this.#add({ time: new Date(this.#wall()).toISOString(), event: 'request', requestId, peer, status, refusal: code })
  }

  #add(line: object): void {
    this.#lines += `${JSON.stringify(line)}\n`
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
