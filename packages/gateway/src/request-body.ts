import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** How much of a body is gathered before a connection to the upstream is taken for it. */
const GATHERED_BYTES = 65_536

/** Whom a body is gathered for. */
export interface BodyTaker {
  /** Whether the guard has refused the request after it was let through: the body was too large. */
  readonly refused: boolean
  /** The body is complete. */
  takeWhole(bytes: Buffer): void
  /** The body is large, and goes on as it comes. */
  takeStream(body: RequestBody): void
}

/**
 * Reads a body to its end, or until it is large. A slow client would otherwise hold a connection to the upstream for
 * every few bytes that it sends: with some hundred of them, nobody else had one.
 */
export class BodyGatherer {
  readonly #req: IncomingMessage
  readonly #taker: BodyTaker
  readonly #chunks: Buffer[] = []
  #bytes = 0

  constructor(req: IncomingMessage, taker: BodyTaker) {
    this.#req = req
    this.#taker = taker
    req.on('data', this.#onData).on('end', this.#onEnd)
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes <= GATHERED_BYTES) return
    this.stop()
    this.#req.pause()
    this.#taker.takeStream(new RequestBody(this.#req, this.#taker, this.#chunks))
  }

  readonly #onEnd = (): void => {
    // The end of a refused body comes all the same, after less than was sent.
    if (this.#taker.refused) return
    const [first] = this.#chunks
    this.#taker.takeWhole(this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks))
  }

  stop(): void {
    this.#req.off('data', this.#onData).off('end', this.#onEnd)
  }
}

/**
 * A large body on its way to the upstream. undici destroys the stream that it sends from when the upstream answers early
 * or goes away, and destroying a node request destroys its client's connection, the answer included. So undici gets this
 * one, and the request behind it is then read to its end and dropped.
 */
export class RequestBody extends Readable {
  /** Whether what has come waits for the upstream to take it, and not the upstream for the client. */
  held = true
  readonly #req: IncomingMessage
  readonly #taker: BodyTaker

  constructor(req: IncomingMessage, taker: BodyTaker, head: readonly Buffer[]) {
    super()
    this.#req = req
    this.#taker = taker
    req.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose)
    req.pause()
    for (const chunk of head) this.push(chunk)
  }

  override _read(): void {
    this.held = false
    this.#req.resume()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const req = this.#req
    req.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose)
    if (!req.readableEnded && !req.destroyed) req.resume()
    done(error)
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.push(chunk)) return
    this.held = true
    this.#req.pause()
  }

  readonly #onEnd = (): void => {
    // To end here after a refusal would have the upstream take the part for the whole.
    if (this.#taker.refused) this.destroy(new Error('the body was refused'))
    else this.push(null)
  }

  readonly #onClose = (): void => {
    if (!this.#req.readableEnded) this.destroy(new Error('the client went away'))
  }
}
