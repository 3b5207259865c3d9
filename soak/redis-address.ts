import { connect, createServer, type Server, type Socket } from 'node:net'

/** An address that stays while the server behind it changes, as a Sentinel's or a provider's does after a failover. */
export class RedisAddress {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #target: number | undefined

  constructor(target: number) {
    this.#target = target
    this.#server = createServer((socket) => this.#accept(socket))
  }

  async open(): Promise<number> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening))
    return (this.#server.address() as { port: number }).port
  }

  /** Breaks every connection; new ones go to this port, or nowhere. */
  point(target: number | undefined): void {
    this.#target = target
    for (const socket of this.#sockets) socket.destroy()
  }

  close(): void {
    this.point(undefined)
    this.#server.close()
  }

  #accept(socket: Socket): void {
    if (this.#target === undefined) {
      socket.destroy()
      return
    }
    const upstream = connect(this.#target, '127.0.0.1')
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      from.setNoDelay(true)
      this.#sockets.add(from)
      from.on('error', () => {})
      from.on('data', (bytes) => to.write(bytes))
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
    }
  }
}
