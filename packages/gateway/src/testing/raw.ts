import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A client that sends bytes as they are given, and reads answers without any leniency of its own. */
export class RawClient {
  readonly socket: Socket
  received = ''
  #wake: () => void = () => {}

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.received += text
      this.#wake()
    })
    socket.on('end', () => this.#wake())
    socket.on('error', () => this.#wake())
    socket.on('close', () => this.#wake())
  }

  static async open(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  send(bytes: string): void {
    this.socket.write(bytes, 'latin1')
  }

  /** Waits until the condition holds or the connection is closed. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition() && !this.socket.destroyed && !this.socket.readableEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Waits for that many answers, interim ones included. */
  async answers(count: number): Promise<RawAnswer[]> {
    await this.until(() => parseAnswers(this.received).length >= count)
    return parseAnswers(this.received)
  }

  /** Waits until the other side has closed, and gives all answers. */
  async closed(): Promise<RawAnswer[]> {
    await this.until(() => false)
    this.socket.destroy()
    return parseAnswers(this.received)
  }
}

/** Splits what was received into answers; an unfinished one is left out. */
export function parseAnswers(text: string): RawAnswer[] {
  const found: RawAnswer[] = []
  let rest = text
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) break
    const [line = '', ...lines] = rest.slice(0, end).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(line)?.[1])
    const headers = Object.fromEntries(
      lines.map((each) => [each.slice(0, each.indexOf(':')).toLowerCase(), each.slice(each.indexOf(':') + 1).trim()]),
    )
    rest = rest.slice(end + 4)
    if (status < 200) {
      found.push({ status, headers, body: '' })
      continue
    }
    const content = takeContent(rest, headers)
    if (content === undefined) break
    found.push({ status, headers, body: content.body })
    rest = content.rest
  }
  return found
}

function takeContent(
  text: string,
  headers: Readonly<Record<string, string>>,
): { body: string; rest: string } | undefined {
  if (headers['transfer-encoding'] !== 'chunked') {
    const length = Number(headers['content-length'] ?? 0)
    return text.length < length ? undefined : { body: text.slice(0, length), rest: text.slice(length) }
  }
  let body = ''
  let rest = text
  for (;;) {
    const end = rest.indexOf('\r\n')
    if (end < 0) return undefined
    const size = Number.parseInt(rest.slice(0, end), 16)
    if (rest.length < end + 2 + size + 2) return undefined
    if (size === 0) {
      const last = rest.indexOf('\r\n\r\n', end)
      return last < 0 ? undefined : { body, rest: rest.slice(last + 4) }
    }
    body += rest.slice(end + 2, end + 2 + size)
    rest = rest.slice(end + 2 + size + 2)
  }
}
