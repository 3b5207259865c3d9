import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { HeaderLines } from './header-lines.ts'
import type { Relay } from './relay.ts'

/** A body up to this length goes out in one piece with the head; to copy a longer one costs more than it saves. */
const WHOLE_BYTES = 4096

/** What node keeps of an answer between `writeHead` and the first write: the head's text. */
interface Head {
  _header: string | null
  _keepAliveTimeout: number
  readonly _hasBody: boolean
}

const lines = new HeaderLines()

/** An answer to a client, which knows whose it is, and writes the head with less work than node's own. */
export class GatewayResponse extends ServerResponse {
  relay: Relay | undefined = undefined
  /** What the head says of the content's length; -1 where it says nothing, or has not been written. */
  contentBytes = -1

  /**
   * Tells its relay of its end without a listener of its own: of two for one event node makes an array, and where such
   * arrays live long elsewhere (those of sockets do), V8 puts all of them among the long-lived, with the requests that
   * hang on them (see decision 0014).
   */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'close') this.relay?.closed()
    return super.emit(event, ...args)
  }

  /** Has the head say for how long the connection is kept afterwards, in milliseconds. */
  staysFor(ms: number): void {
    ;(this as unknown as Head)._keepAliveTimeout = ms
  }

  /**
   * Node is given what it decides by (framing, connection, date), and the rest is put behind what it made of it. In
   * any other form than one flat list, and for headers that were set one by one, it is node's own.
   */
  override writeHead(status: number, message?: unknown, headers?: unknown): this {
    if (!writesHeads || !Array.isArray(message) || headers !== undefined || this.getHeaderNames().length > 0) {
      return super.writeHead(status, message as string, headers as string[])
    }
    const framing: string[] = []
    const text = lines.write(message, framing)
    super.writeHead(status, framing)
    for (let at = 0; at < framing.length; at += 2) {
      if ((framing[at] as string).toLowerCase() === 'content-length') this.contentBytes = Number(framing[at + 1])
    }
    splice(this as unknown as Head, text)
    return this
  }

  /** Ends an answer of whose content nothing was sent: head and content in one write, where both are small. */
  endWhole(content: Buffer): void {
    const head = this as unknown as Head
    if (!writesHeads || !head._hasBody || head._header === null || content.length > WHOLE_BYTES) {
      this.end(content)
      return
    }
    // Both are sent as Latin-1, which gives every byte back as it was.
    head._header += content.toString('latin1')
    this.end()
  }
}

/** Puts further headers before the empty line. */
function splice(head: Head, text: string): void {
  head._header = `${(head._header as string).slice(0, -2)}${text}\r\n`
}

/** Whether this Node keeps the head where it is looked for; tried once, on an answer that nobody gets. */
const writesHeads = tryHead()

function tryHead(): boolean {
  try {
    const response = new ServerResponse(new IncomingMessage(new Socket()))
    response.writeHead(200, ['Content-Length', '0'])
    const { _header } = response as unknown as Head
    return (
      typeof _header === 'string' && /^HTTP\/1\.1 200 OK\r\nContent-Length: 0\r\n(?:[^\r\n]+\r\n)*\r\n$/.test(_header)
    )
  } catch {
    return false
  }
}
