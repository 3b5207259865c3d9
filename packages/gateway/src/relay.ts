import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Problem, type ProblemCode, problem } from 'merlon'
import type { Dispatcher } from 'undici'
import type { Core, GuardedRequest } from './core.ts'
import type { ForwardedHeaders } from './forwarded.ts'
import { decideFraming, type Fault, TWICE } from './framing.ts'
import { BodyGatherer, type BodyTaker, RequestBody } from './request-body.ts'
import { passRequestHeaders } from './request-headers.ts'
import type { GatewayResponse } from './response.ts'
import { passResponseHeaders, passTrailers } from './response-headers.ts'
import { isLate, isStale } from './upstream.ts'
import { FailedAnswer } from './upstream-failure.ts'

type Options = Dispatcher.DispatchOptions & { servername: string }

/** Who ended an exchange before its end. */
export type Cut = 'client' | 'upstream' | 'gateway'

/**
 * One request on its way through: to the guard, to the upstream, and the answer back. It is undici's handler itself, in
 * undici's raw form (a flat list of buffers for headers), and node's listeners find it on the response, so that a
 * request needs no closure.
 */
export class Relay implements BodyTaker, Dispatcher.DispatchHandler {
  readonly req: IncomingMessage
  readonly res: GatewayResponse
  readonly startedMs: number
  /** Bytes of content passed on to the client. */
  sent = 0
  cut: Cut | undefined
  readonly #core: Core
  readonly #forwardedHeaders: ForwardedHeaders
  readonly #done: (relay: Relay) => void
  #options: Options | undefined
  #gatherer: BodyGatherer | undefined
  #body: RequestBody | undefined
  #abort: ((error?: Error) => void) | undefined
  #resume: (() => void) | undefined
  #forwarded = false
  /** The upstream says that it failed: what else it says is not for the client. */
  #failed: FailedAnswer | undefined
  /** The upstream's headers are on their way to the client. */
  #answered = false
  /** Nothing more may happen to the response. */
  #over = false
  /** The content, where it came in one piece and its end is next. */
  #whole: Buffer | undefined
  #retried = false
  // What the watch last saw.
  #mark = -1
  #movedMs = 0

  constructor(
    core: Core,
    req: IncomingMessage,
    res: GatewayResponse,
    forwarded: ForwardedHeaders,
    done: (relay: Relay) => void,
  ) {
    this.#core = core
    this.#forwardedHeaders = forwarded
    this.req = req
    this.res = res
    this.#done = done
    this.startedMs = core.access === undefined ? 0 : core.watch.now()
    res.relay = this
  }

  /** Its turn on the connection has come. */
  start(): void {
    if (this.#core.draining) this.res.shouldKeepAlive = false
    this.#core.guarded(this.req, this.res)
  }

  /** The guard has let it pass. */
  forward(req: GuardedRequest): void {
    const { upstream, limits, hostHeader } = this.#core
    const list = passRequestHeaders(req)
    const fault = decideFraming(req, limits) ?? (list === undefined ? TWICE : undefined)
    if (fault !== undefined || list === undefined) {
      this.res.shouldKeepAlive = false
      throw problem((fault as Fault).code, { detail: (fault as Fault).detail })
    }
    const { merlon, headers } = req
    const { requestId, secure, client } = merlon
    this.#forwardedHeaders.write(list, client.address, secure, headers.host, req.httpVersion, requestId)
    if (hostHeader === 'client' && headers.host !== undefined) list.push('host', headers.host)
    this.#options = {
      path: req.url as string,
      method: req.method as string,
      headers: list,
      body: null,
      servername: upstream.servername,
      // What it would hold back, a connection with one request at a time does not send anyway.
      blocking: false,
    }
    const whole = merlon.body
    if (whole !== undefined) this.#dispatch(upstream.pool, whole.bytes)
    else if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0) {
      this.#gatherer = new BodyGatherer(req, this)
    } else this.#dispatch(upstream.pool, undefined)
  }

  takeWhole(bytes: Buffer): void {
    if (!this.#over) this.#dispatch(this.#core.upstream.pool, bytes)
  }

  takeStream(body: RequestBody): void {
    if (this.#over || this.#options === undefined) return
    this.#body = body
    const length = this.req.headers['content-length']
    if (length !== undefined) (this.#options.headers as string[]).push('content-length', length)
    this.#dispatch(this.#core.upstream.uploads, body)
  }

  #dispatch(pool: Dispatcher, body: Uint8Array | RequestBody | undefined): void {
    const options = this.#options as Options
    if (body !== undefined && (body instanceof RequestBody || body.length > 0)) {
      options.body = body
      const { method } = options
      // Some services read no body where they expect none, and would take it for the next request: so there is no next.
      if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') options.reset = true
    }
    this.#forwarded = true
    pool.dispatch(options, this)
  }

  /** Whether the guard has answered by itself after it had let the request through: the body was too large. */
  get refused(): boolean {
    return this.res.headersSent && !this.#answered
  }

  // What undici calls.

  onConnect(abort: (error?: Error) => void): void {
    if (this.#over) abort()
    else this.#abort = abort
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (this.#over || this.refused) return true
    if (status < 200) return this.#inform(status, raw)
    if (status >= 500) {
      this.#failed = new FailedAnswer(status, raw)
      return true
    }
    const list = passResponseHeaders(status, raw)
    this.#resume = resume
    this.res.writeHead(status, list)
    this.#answered = true
    if (status === 204 || status === 304) {
      // Nothing can follow. undici takes a 304's Content-Length for a promise, and would report it as broken.
      this.#over = true
      this.res.end()
    } else if (this.res.contentBytes < 0) {
      // A stream: the client learns that it has begun, however long its first piece takes.
      process.nextTick(flushHead, this)
    }
    return true
  }

  onData(chunk: Buffer): boolean {
    if (this.#over || this.refused) return true
    if (this.#failed !== undefined) {
      this.#failed.take(chunk)
      if (this.#failed.tooLong) this.#answer(this.#failed.problem())
      return true
    }
    const { length } = chunk
    if (this.sent === 0 && length === this.res.contentBytes) {
      // All of it, in one piece: its end comes in this very turn.
      this.#whole = chunk
      this.sent = length
      return true
    }
    this.sent += length
    if (this.res.write(chunk)) return true
    if (this.res.listenerCount('drain') === 0) this.res.on('drain', onDrain)
    return false
  }

  onComplete(trailers: string[] | null): void {
    this.#abort = undefined
    if (this.#over || this.refused) return
    if (this.#failed !== undefined) {
      this.#answer(this.#failed.problem())
      return
    }
    if (this.#whole !== undefined) {
      this.res.endWhole(this.#whole)
      return
    }
    // A client that has not said that it takes trailers may not expect them (RFC 9110 §6.5.1).
    if (trailers !== null && trailers.length > 0 && /\btrailers\b/i.test(String(this.req.headers['te'] ?? ''))) {
      const pairs = passTrailers(trailers)
      if (pairs !== undefined) this.res.addTrailers(pairs)
    }
    this.res.end()
  }

  onError(error: Error): void {
    this.#abort = undefined
    if (this.#over || this.refused) return
    if (this.#answered) {
      this.#cutOff(error)
    } else if (this.#failed !== undefined) {
      this.#answer(this.#failed.problem())
    } else if (this.#mayRetry(error)) {
      this.#retried = true
      setImmediate(retry, this)
    } else {
      this.fail(isLate(error) ? 'gateway-timeout' : 'bad-gateway', error)
    }
  }

  /** Once, and only what is safe to repeat (RFC 9110 §9.2.2), has no body, and has met a connection that was closing. */
  #mayRetry(error: Error): boolean {
    const { method, body } = this.#options as Options
    return (
      !this.#retried &&
      body === null &&
      (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') &&
      isStale(error)
    )
  }

  /** Sends the head by itself, if nothing has come in the turn that it came in. */
  flushHead(): void {
    if (!this.#over && this.sent === 0 && !this.res.writableEnded) this.res.flushHeaders()
  }

  dispatchAgain(): void {
    if (!this.#over) this.#core.upstream.pool.dispatch(this.#options as Options, this)
  }

  #inform(status: number, raw: readonly Buffer[]): boolean {
    // Only what needs no policy: a link hint. HTTP/1.0 knows no interim answers.
    if (status !== 103 || this.req.httpVersion !== '1.1') return true
    const list = passResponseHeaders(status, raw)
    const link: string[] = []
    for (let at = 0; at < list.length; at += 2) {
      if ((list[at] as string).toLowerCase() === 'link') link.push(list[at + 1] as string)
    }
    try {
      if (link.length > 0) this.res.writeEarlyHints({ link })
    } catch {
      // Node takes links of one form alone. A hint may be left out.
    }
    return true
  }

  /** The answer has begun and cannot be finished. Ending it cleanly would pass a part off as the whole. */
  #cutOff(error: Error): void {
    this.cut = 'upstream'
    const requestId = (this.req as GuardedRequest).merlon.requestId
    this.#core.log.error(
      { event: 'upstream-cut', requestId, err: error },
      'the upstream broke off in the middle of an answer',
    )
    this.res.destroy()
  }

  // What else may end it.

  /** Answers with a problem in place of the upstream, or cuts an answer that has begun. */
  fail(code: ProblemCode, cause?: Error): void {
    const wasAnswered = this.#answered
    this.#drop()
    if (wasAnswered) this.res.destroy()
    else this.#answer(problem(code, { cause }))
  }

  #answer(problem: Problem): void {
    this.#drop()
    if (this.refused) return
    if (!this.req.complete) this.res.shouldKeepAlive = false
    this.#core.guard.fail(this.req, problem)
  }

  #drop(): void {
    this.#over = true
    this.#abort?.()
    this.#abort = undefined
    this.#gatherer?.stop()
    this.#body?.destroy()
  }

  /** The policy's deadline has passed, and the guard is about to say so. */
  late(code: ProblemCode): ProblemCode {
    const blocked = this.res.writableNeedDrain || this.res.writableEnded
    if (code !== 'request-timeout' && this.#answered) this.cut = blocked ? 'client' : 'upstream'
    this.#drop()
    return code === 'deadline-exceeded' && this.#forwarded && !blocked ? 'gateway-timeout' : code
  }

  drained(): void {
    this.#resume?.()
  }

  closed(): void {
    if (!this.res.writableFinished) {
      this.cut ??= 'client'
      this.#drop()
    }
    this.#over = true
    this.#core.access?.request(this)
    this.#done(this)
  }

  finish(): void {
    this.res.shouldKeepAlive = false
  }

  abandon(): void {
    this.cut ??= 'gateway'
    this.#drop()
    this.res.destroy()
  }

  /** On every tick: whose turn is it, and for how long has nothing moved? */
  inspect(nowMs: number): void {
    const { req, res } = this
    const { timeouts } = this.#core
    const mark = (req.socket?.bytesRead ?? 0) + this.sent
    if (mark !== this.#mark) {
      this.#mark = mark
      this.#movedMs = nowMs
      return
    }
    const stillMs = nowMs - this.#movedMs
    if (res.writableNeedDrain || res.writableEnded) {
      if (stillMs < timeouts.sendIdleMs) return
      this.cut = 'client'
      this.#drop()
      res.destroy()
    } else if (this.#over) {
      return
    } else if (!req.complete && !this.#answered && this.#body?.held !== true) {
      if (stillMs >= timeouts.bodyIdleMs) this.fail('request-timeout')
    } else if (this.#forwarded && stillMs >= timeouts.upstreamIdleMs) {
      if (this.#answered) this.cut = 'upstream'
      this.fail('gateway-timeout')
    }
  }
}

function retry(relay: Relay): void {
  relay.dispatchAgain()
}

function flushHead(relay: Relay): void {
  relay.flushHead()
}

function onDrain(this: GatewayResponse): void {
  this.relay?.drained()
}

export function relayOf(res: ServerResponse): Relay {
  return (res as GatewayResponse).relay as Relay
}
