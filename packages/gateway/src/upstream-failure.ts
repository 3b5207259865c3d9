import { problem } from 'merlon'

/** What the log keeps of such an answer: a message and its stack fit, a page of HTML need not. */
const KEPT_BYTES = 8 * 1024

/** What the upstream said of its failure; for the log alone. */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure'
}

/**
 * An answer with a status of 500 or more. Whatever it holds was written by code that had just failed, or by a framework's
 * own error page: messages, stacks, queries, names of hosts. So it goes to the log, and the client gets the policy's
 * problem with the same status (CWE-209).
 */
export class FailedAnswer {
  readonly #status: number
  readonly #retryAfter: string | undefined
  readonly #kept: Buffer[] = []
  #bytes = 0

  constructor(status: number, raw: readonly Buffer[]) {
    this.#status = status
    this.#retryAfter = headerOf(raw, 'retry-after')
  }

  take(chunk: Buffer): void {
    if (this.#bytes < KEPT_BYTES) this.#kept.push(chunk.subarray(0, KEPT_BYTES - this.#bytes))
    this.#bytes += chunk.length
  }

  /** Whether enough was read: the rest is not worth waiting for. */
  get tooLong(): boolean {
    return this.#bytes > 16 * KEPT_BYTES
  }

  problem() {
    const said = Buffer.concat(this.#kept).toString()
    const cause = new UpstreamFailure(`the upstream answered ${this.#status}: ${said}`)
    const headers = this.#retryAfter === undefined ? {} : { 'Retry-After': this.#retryAfter }
    return problem(this.#status <= 599 ? this.#status : 502, { cause, headers })
  }
}

function headerOf(raw: readonly Buffer[], lower: string): string | undefined {
  for (let at = 0; at < raw.length; at += 2) {
    if ((raw[at] as Buffer).toString('latin1').toLowerCase() === lower)
      return (raw[at + 1] as Buffer).toString('latin1')
  }
  return undefined
}
