import { connect, type Socket } from 'node:net'

/** What stands in every request of a load, as a browser behind nothing would send it. */
export const HEADERS =
  'Host: api.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\nAccept: application/json\r\n' +
  'Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en\r\nOrigin: https://shop.example\r\n'

export const GET = Buffer.from(`GET /books/7?page=2&limit=20 HTTP/1.1\r\n${HEADERS}\r\n`)

/** One keep-alive connection, with at most one request under way. */
class Connection {
  readonly #socket: Socket
  readonly #request: Buffer
  #text = ''
  #missing = 0
  #done: (() => void) | undefined

  constructor(port: number, request: Buffer) {
    this.#request = request
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.setEncoding('latin1')
    this.#socket.on('data', (chunk: string) => this.#take(chunk))
    this.#socket.on('error', (error) => {
      throw error
    })
    this.#socket.on('end', () => {
      throw new Error('the server has closed a connection')
    })
  }

  send(done: () => void): void {
    this.#done = done
    this.#socket.write(this.#request)
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: string): void {
    if (this.#missing > 0) {
      this.#missing -= chunk.length
    } else {
      this.#text += chunk
      const end = this.#text.indexOf('\r\n\r\n')
      if (end < 0) return
      this.#missing = end + 4 + bodyLength(this.#text, end) - this.#text.length
      this.#text = ''
    }
    if (this.#missing > 0) return
    const done = this.#done
    this.#done = undefined
    done?.()
  }
}

/** Every answer has to be the one that is measured: a server that refuses is fast. */
function bodyLength(text: string, end: number): number {
  if (text.slice(8, 13) !== ' 200 ') throw new Error(`expected 200, got: ${text.slice(0, end)}`)
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))
  if (!length) throw new Error(`expected a Content-Length, got: ${text.slice(0, end)}`)
  return Number(length[1])
}

/** Connections to one server. */
export class Load {
  readonly #connections: Connection[] = []

  constructor(port: number, connections: number, request: Buffer = GET) {
    for (let at = 0; at < connections; at++) this.#connections.push(new Connection(port, request))
  }

  /** Closed loop: each connection sends its next request when its last was answered. */
  run(requests: number): Promise<void> {
    let left = requests
    let open = this.#connections.length
    return new Promise((resolve) => {
      const next = (connection: Connection) => {
        if (left > 0) {
          left--
          connection.send(() => next(connection))
        } else if (--open === 0) resolve()
      }
      for (const connection of this.#connections) next(connection)
    })
  }

  /**
   * Open loop: requests come at their times, whether or not those before them were answered, and each waits from the
   * time it was due. So a server that stalls is charged for everybody who came meanwhile.
   *
   * @returns each request's milliseconds
   */
  pace(perSecond: number, seconds: number): Promise<number[]> {
    const total = perSecond * seconds
    const idle = [...this.#connections]
    const waiting: number[] = []
    const took: number[] = []
    const startMs = performance.now()
    let due = 0
    return new Promise((resolve) => {
      const send = (connection: Connection, dueMs: number) =>
        connection.send(() => {
          took.push(performance.now() - dueMs)
          if (took.length === total) return resolve(took)
          const next = waiting.shift()
          if (next === undefined) idle.push(connection)
          else send(connection, next)
        })
      const tick = () => {
        const nowMs = performance.now() - startMs
        for (; due < total && (due * 1000) / perSecond <= nowMs; due++) {
          const connection = idle.pop()
          const dueMs = startMs + (due * 1000) / perSecond
          if (connection === undefined) waiting.push(dueMs)
          else send(connection, dueMs)
        }
        // Not a timer: those come a millisecond late.
        if (due < total) setImmediate(tick)
      }
      tick()
    })
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }
}
