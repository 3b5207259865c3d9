import { write } from 'node:fs'
import type { LogSink } from './access-log.ts'

/** How much may wait for a reader that is slow; what comes beyond it is dropped, and counted. */
const MAX_WAITING = 8_388_608

const RETRY_MS = 20

/**
 * Writes to a file descriptor without ever blocking. `process.stdout.write` to a pipe or a file blocks until its reader
 * has taken the bytes: whoever reads the log would set the pace of the gateway.
 */
export class DescriptorSink implements LogSink {
  readonly #fd: number
  #waiting: string[] = []
  #waitingLength = 0
  #dropped = 0
  #busy = false
  #broken = false
  #idle: (() => void)[] = []

  constructor(fd: number) {
    this.#fd = fd
  }

  write(text: string): void {
    if (this.#broken) return
    if (this.#waitingLength + text.length > MAX_WAITING) {
      this.#dropped += text.split('\n').length - 1
      return
    }
    this.#waiting.push(text)
    this.#waitingLength += text.length
    if (!this.#busy) this.#next()
  }

  /** Resolves when all that was written is out. */
  flush(): Promise<void> {
    return this.#busy ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve()
  }

  #next(): void {
    if (this.#waiting.length === 0) {
      this.#busy = false
      for (const resolve of this.#idle.splice(0)) resolve()
      return
    }
    this.#busy = true
    let text = this.#waiting.join('')
    this.#waiting = []
    this.#waitingLength = 0
    if (this.#dropped > 0) {
      text += `${JSON.stringify({ event: 'log-dropped', lines: this.#dropped })}\n`
      this.#dropped = 0
    }
    this.#put(Buffer.from(text))
  }

  #put(bytes: Buffer): void {
    write(this.#fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.#put(bytes), RETRY_MS)
      } else if (error !== null) {
        // Its reader is gone. The traffic goes on.
        this.#broken = true
        this.#waiting = []
        this.#next()
      } else if (written < bytes.length) {
        this.#put(bytes.subarray(written))
      } else {
        this.#next()
      }
    })
  }
}
