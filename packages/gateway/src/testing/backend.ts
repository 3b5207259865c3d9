import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What reached the upstream. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly body: string
}

export interface Backend {
  readonly url: string
  readonly port: number
  readonly server: Server
  readonly seen: Seen[]
  readonly sockets: Set<Socket>
  close(): Promise<void>
}

/** Values of a header, in their order; the name is lower case. */
export function valuesOf(seen: Seen, name: string): string[] {
  return seen.rawHeaders.filter((_, at, all) => at % 2 === 1 && all[at - 1]?.toLowerCase() === name)
}

/** An upstream for tests: takes down what reaches it, and answers `200 ok` unless told otherwise. */
export async function openBackend(answer?: RequestListener): Promise<Backend> {
  const seen: Seen[] = []
  const sockets = new Set<Socket>()
  const server = createServer((req: IncomingMessage, res: ServerResponse) => {
    let body = ''
    req.on('data', (chunk: Buffer) => {
      body += chunk.toString('latin1')
    })
    req.on('end', () => {
      seen.push({ method: req.method ?? '', url: req.url ?? '', rawHeaders: [...req.rawHeaders], body })
      if (answer === undefined) res.end('ok')
    })
    answer?.(req, res)
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    server,
    seen,
    sockets,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
