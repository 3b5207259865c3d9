import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** Ports that the docs name. Here each stands for a free one, so that nothing on this machine is in the way. */
const SHOWN = ['3000', '3001', '5432', '6379', '8080', '8787', '9090'] as const

export class Ports {
  private constructor(private readonly free: ReadonlyMap<string, string>) {}

  static async open(): Promise<Ports> {
    const free = await Promise.all(SHOWN.map(async (shown) => [shown, await freePort()] as const))
    return new Ports(new Map(free))
  }

  /** What a page shows, with the ports of this run. */
  real(text: string): string {
    return text.replace(/\b\d{4}\b/g, (shown) => this.free.get(shown) ?? shown)
  }

  /** What was printed in this run, with the ports of the page. */
  shown(text: string): string {
    for (const [shown, free] of this.free) text = text.replaceAll(free, shown)
    return text
  }
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return String(port)
}
