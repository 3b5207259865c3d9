import type { Socket } from 'node:net'
import type { Watch, Watched } from './watch.ts'

/** How long a client has to read a last answer. */
const LINGER_MS = 2000

/** How much of what it still sends is read and dropped meanwhile. */
const LINGER_BYTES = 262_144

/**
 * Ends a connection after a last answer. Closing it at once, with bytes of the client still unread, would reset it, and
 * the client would see the reset in place of the answer (RFC 9112 §9.6).
 */
export class Linger implements Watched {
  readonly #socket: Socket
  readonly #watch: Watch
  readonly #untilMs: number
  readonly #untilBytes: number

  constructor(socket: Socket, watch: Watch, lastWords: string) {
    this.#socket = socket
    this.#watch = watch
    this.#untilMs = watch.now() + LINGER_MS
    this.#untilBytes = socket.bytesRead + LINGER_BYTES
    watch.add(this)
    socket.once('close', () => watch.remove(this))
    socket.end(lastWords)
    socket.resume()
  }

  inspect(nowMs: number): void {
    if (nowMs < this.#untilMs && this.#socket.bytesRead < this.#untilBytes) return
    this.#watch.remove(this)
    this.#socket.destroy()
  }
}
