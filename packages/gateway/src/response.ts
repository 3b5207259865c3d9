import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Relay } from './relay.ts'

/** A body up to this length goes out in one piece with the head; to copy a longer one costs more than it saves. */
const WHOLE_BYTES = 4096

/** What node keeps of an answer between `writeHead` and the first write: the head's text. */
interface Head {
  _header: string | null
  readonly _contentLength?: number | null
  _keepAliveTimeout: number
  readonly _headerSent: boolean
  readonly _hasBody: boolean
}

/** An answer to a client, which knows whose it is, and goes out in one piece where it is small. */
export class GatewayResponse extends ServerResponse {
  relay: Relay | undefined = undefined

  /** What the head says of the content's length; -1 where it says nothing, or has not been written. */
  get contentBytes(): number {
    return (this as unknown as Head)._contentLength ?? -1
  }

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

  /** Ends an answer of whose content nothing was sent: head and content in one write, where both are small. */
  endWhole(content: Buffer): void {
    const head = this as unknown as Head
    const waits = writesHeads && head._header !== null && !head._headerSent && head._hasBody
    if (!waits || content.length > WHOLE_BYTES) {
      this.end(content)
      return
    }
    // Both are sent as Latin-1, which gives every byte back as it was.
    head._header += content.toString('latin1')
    this.end()
  }
}

/** Whether this Node keeps the head where it is looked for; tried once, on an answer that nobody gets. */
const writesHeads = tryHead()

function tryHead(): boolean {
  try {
    const response = new ServerResponse(new IncomingMessage(new Socket()))
    response.writeHead(200, ['Content-Length', '0'])
    const { _header, _headerSent } = response as unknown as Head
    return (
      typeof _header === 'string' &&
      _headerSent === false &&
      /^HTTP\/1\.1 200 OK\r\nContent-Length: 0\r\n(?:[^\r\n]+\r\n)*\r\n$/.test(_header)
    )
  } catch {
    return false
  }
}
