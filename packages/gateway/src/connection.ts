import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ProblemCode } from 'merlon'
import type { BareAnswer } from 'merlon/node'
import type { Core } from './core.ts'
import { ForwardedHeaders } from './forwarded.ts'
import { Linger } from './linger.ts'
import { classifyParserError } from './parser-fault.ts'
import { Relay } from './relay.ts'
import type { GatewayResponse } from './response.ts'
import type { Watched } from './watch.ts'

const CONNECTION = Symbol('merlon.connection')

type Carrying = Socket & { [CONNECTION]?: Connection }

/**
 * One client's connection. Node hands out pipelined requests at once; here each waits for the answer before it, since
 * only safe ones may run side by side (RFC 9112 §9.3.2), and a client could otherwise have thousands running.
 */
export class Connection implements Watched {
  place = -1
  readonly #core: Core
  readonly #socket: Socket
  #current: Relay | undefined
  #waiting: Relay[] = []
  #taken = 0
  /** No further request is taken. */
  #last = false
  /** What to say after the answers under way. */
  #broken: ProblemCode | undefined
  /** The same for request after request, as long as it is the same client that asks. */
  readonly #forwarded = new ForwardedHeaders()
  // What the watch last saw while nothing was asked.
  #mark = -1
  #movedMs = 0

  /** @param place where it counts among the open ones */
  constructor(core: Core, socket: Socket, place: string) {
    this.#core = core
    this.#socket = socket
    ;(socket as Carrying)[CONNECTION] = this
    core.watch.add(this)
    socket.once('close', () => {
      core.watch.remove(this)
      core.peers.leave(place)
    })
  }

  take(req: IncomingMessage, res: GatewayResponse): void {
    // Never answered, and never run: the answer before it closes the connection (RFC 9112 §9.6).
    if (this.#last || this.#socket.writableEnded) return
    const { limits, timeouts } = this.#core
    const { requestsPerConnection, pipelined } = limits
    const relay = new Relay(this.#core, req, res, this.#forwarded, this.#onDone)
    res.staysFor(timeouts.keepAliveMs)
    this.#taken++
    if (this.#taken >= requestsPerConnection || this.#waiting.length + 1 >= pipelined) {
      this.#last = true
      res.shouldKeepAlive = false
    }
    if (this.#current === undefined) this.#run(relay)
    else this.#waiting.push(relay)
  }

  #run(relay: Relay): void {
    this.#current = relay
    relay.start()
  }

  readonly #onDone = (relay: Relay): void => {
    if (relay !== this.#current) return
    this.#current = undefined
    const { draining } = this.#core
    if (draining || this.#socket.destroyed || this.#socket.writableEnded) {
      this.#waiting = []
      // Its last answer may have promised to stay.
      if (draining) this.#socket.destroySoon()
      return
    }
    const next = this.#waiting.shift()
    if (next !== undefined && !(this.#broken !== undefined && !next.req.complete)) this.#run(next)
    else if (this.#broken !== undefined) this.#answer(this.#broken)
  }

  inspect(nowMs: number): void {
    const current = this.#current
    if (current !== undefined) {
      current.inspect(nowMs)
      return
    }
    const mark = this.#taken + this.#socket.bytesRead
    if (mark !== this.#mark) {
      this.#mark = mark
      this.#movedMs = nowMs
      return
    }
    // Until there is a first request, node's own limit holds; and a last answer has one of its own.
    if (this.#taken === 0 || this.#socket.writableEnded) return
    if (nowMs - this.#movedMs >= this.#core.timeouts.keepAliveMs) this.#socket.destroy()
  }

  finish(): void {
    this.#current?.finish()
  }

  abandon(): void {
    this.#current?.abandon()
  }

  /** Node's parser gave up on what the client sent. */
  fail(error: Error): void {
    const fault = classifyParserError(error)
    // A connection on which nothing ever came needs no answer: browsers open some in advance.
    if (fault.kind === 'gone' || this.#socket.bytesRead === 0) {
      this.#socket.destroy()
      return
    }
    this.#last = true
    if (fault.kind === 'surplus' || this.#broken !== undefined) return
    this.#broken = fault.code
    const current = this.#current
    if (current === undefined) this.#answer(fault.code)
    // It is the body of the request under way that cannot be read.
    else if (!current.req.complete) current.fail(fault.code)
  }

  /** A CONNECT: node has let go of the socket. Bytes behind it are not HTTP any more. */
  tunnel(): void {
    this.#socket.on('error', () => this.#socket.destroy())
    this.#last = true
    this.#broken ??= 'not-implemented'
    if (this.#current === undefined) this.#answer(this.#broken)
  }

  #answer(code: ProblemCode): void {
    if (!this.#socket.writable) return
    const { guard, watch, access } = this.#core
    const { remoteAddress } = this.#socket
    const answer = guard.answerTo(this.#socket, code)
    new Linger(this.#socket, watch, formatAnswer(answer))
    access?.bare(remoteAddress, code, answer)
  }
}

function formatAnswer({ status, headers, body }: BareAnswer): string {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, `Date: ${new Date().toUTCString()}`]
  for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`)
  lines.push(`Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close', '', body)
  return lines.join('\r\n')
}

export function connectionOf(socket: Socket): Connection | undefined {
  return (socket as Carrying)[CONNECTION]
}
