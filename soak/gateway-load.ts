import { connect, type Socket } from 'node:net'

/** One kind of exchange: what is sent, and what ends it. `share` is its part of a thousand. */
interface Kind {
  readonly share: number
  readonly send: (at: number) => string
  /** `answer`: the connection goes on. `close`: the other side closes it. `abort`: this side does, in the middle. */
  readonly ends: 'answer' | 'close' | 'abort'
  /** Default 200. */
  readonly status?: number
}

const HOST = 'Host: api.test\r\nUser-Agent: soak\r\nAccept: application/json\r\n'

/** No two requests have the same path: whatever is kept for a path would grow. */
const KINDS: readonly Kind[] = [
  { share: 700, ends: 'answer', send: (at) => `GET /books/${at}?page=${at} HTTP/1.1\r\n${HOST}X-Own-${at}: a\r\n\r\n` },
  { share: 100, ends: 'answer', send: (at) => post(`/orders/${at}`, `{"book":${at}}`) },
  { share: 20, ends: 'answer', send: (at) => post(`/uploads/${at}`, 'x'.repeat(100_000), 'text/plain') },
  { share: 60, ends: 'answer', send: (at) => chunked(`/uploads/${at}`, `part ${at}`) },
  { share: 30, ends: 'answer', send: (at) => `GET /chunks/${at} HTTP/1.1\r\n${HOST}\r\n` },
  { share: 10, ends: 'answer', send: (at) => `GET /large/${at} HTTP/1.1\r\n${HOST}\r\n` },
  { share: 30, ends: 'answer', status: 400, send: (at) => `GET /a%2Fb/${at} HTTP/1.1\r\n${HOST}\r\n` },
  { share: 10, ends: 'close', send: (at) => `GET /${at} HTTP/1.1\r\n${HOST}X : a\r\n\r\n` },
  { share: 10, ends: 'close', send: (at) => `GET /broken/${at} HTTP/1.1\r\n${HOST}\r\n` },
  { share: 20, ends: 'abort', send: (at) => `GET /large/${at} HTTP/1.1\r\n${HOST}\r\n` },
  {
    share: 10,
    ends: 'abort',
    send: (at) => `POST /uploads/${at} HTTP/1.1\r\n${HOST}Content-Length: 200000\r\n\r\n${'x'.repeat(80_000)}`,
  },
]

function post(path: string, body: string, type = 'application/json'): string {
  return `POST ${path} HTTP/1.1\r\n${HOST}Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

function chunked(path: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
}

/** Kinds by thousandth, spread so that every stretch of a run has all of them. */
const PLAN: readonly Kind[] = spread(KINDS)

function spread(kinds: readonly Kind[]): Kind[] {
  const plan: Kind[] = []
  for (const kind of kinds) for (let count = 0; count < kind.share; count++) plan.push(kind)
  return plan.map((_, at) => plan[(at * 387) % plan.length] as Kind)
}

/** Clients come from many addresses, all of this machine: the tables that count by address are filled too. */
const ADDRESSES = 200

/**
 * Sends requests number `from` to `to`, on `connections` connections at once.
 *
 * @returns how many exchanges ended as they should
 */
export async function load(url: string, from: number, to: number, connections: number): Promise<number> {
  let next = from
  let good = 0
  const port = Number(new URL(url).port)
  const work = async (worker: number): Promise<void> => {
    let socket: Socket | undefined
    while (next < to) {
      const at = next++
      const kind = PLAN[at % PLAN.length] as Kind
      // Connections end now and then, as those of clients do.
      if (socket === undefined || socket.destroyed || at % 50 === worker % 50) {
        socket?.destroy()
        socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${2 + (at % ADDRESSES)}` })
        socket.setNoDelay(true)
      }
      if (await exchange(socket, kind, at)) good++
      if (kind.ends !== 'answer') socket = undefined
    }
    socket?.destroy()
  }
  await Promise.all(Array.from({ length: connections }, (_, worker) => work(worker)))
  return good
}

function exchange(socket: Socket, kind: Kind, at: number): Promise<boolean> {
  return new Promise((resolve) => {
    let received = ''
    const done = (good: boolean): void => {
      socket.off('data', onData).off('close', onClose).off('error', onError)
      if (kind.ends !== 'answer') socket.destroy()
      resolve(good)
    }
    const onData = (chunk: Buffer): void => {
      if (kind.ends === 'abort') {
        done(true)
        return
      }
      received += chunk.toString('latin1')
      if (kind.ends === 'answer' && isWhole(received)) done(received.startsWith(`HTTP/1.1 ${kind.status ?? 200} `))
    }
    const onClose = (): void => done(kind.ends === 'close')
    const onError = (): void => {
      socket.destroy()
    }
    socket.on('data', onData).on('close', onClose).on('error', onError)
    socket.write(kind.send(at), 'latin1')
    if (kind.ends === 'abort' && kind.send(at).startsWith('POST')) setImmediate(() => done(true))
  })
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  const head = text.slice(0, end)
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (length !== undefined) return text.length >= end + 4 + Number(length)
  return text.endsWith('\r\n0\r\n\r\n')
}
