// Real Redis servers for tests, benches and the long runs: on free ports, their data in a temporary folder, and gone when
// they are stopped or this process ends.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const READY_WITHIN_MS = 10_000

/** What a cluster's nodes add to their port for talking among themselves. */
const BUS = 10_000

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** One process of Redis. */
export interface RedisServer {
  readonly port: number
  /** `redis://127.0.0.1:…` */
  readonly url: string
  /** Runs one command outside of whatever client is under test; an error that Redis answers is thrown. */
  command(...args: readonly string[]): Promise<string>
  /** SIGSTOP: it holds its connections and answers nothing. */
  pause(): void
  resume(): void
  /** Ends it at once, as a machine that fails would. */
  kill(): Promise<void>
  /** Starts it again on its port, empty. */
  restart(): Promise<void>
}

/** One or more servers that are stopped together. */
export interface RedisServers extends AsyncDisposable {
  readonly nodes: readonly RedisServer[]
  stop(): Promise<void>
}

/** @param port a free one where none is named */
export async function openRedis(port?: number): Promise<RedisServers & { readonly node: RedisServer }> {
  const servers = new Servers()
  const node = await servers.start([], { port })
  return Object.assign(servers, { node })
}

/** A primary and one replica of it, which has caught up. */
export async function openReplicated(): Promise<
  RedisServers & { readonly primary: RedisServer; readonly replica: RedisServer }
> {
  const servers = new Servers()
  const primary = await servers.start(['--repl-diskless-sync-delay', '0'])
  const replica = await servers.start(['--replicaof', `127.0.0.1 ${primary.port}`])
  await until(async () => (await replica.command('INFO', 'replication')).includes('master_link_status:up'))
  return Object.assign(servers, { primary, replica })
}

/** Three primaries that share the slots evenly. */
export async function openCluster(): Promise<RedisServers> {
  const servers = new Servers()
  const flags = ['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf', '--cluster-node-timeout', '2000']
  const nodes = await Promise.all([1, 2, 3].map(() => servers.start(flags, { apart: BUS })))
  const [first] = nodes as [RedisServer, ...RedisServer[]]
  await Promise.all(
    nodes.map(async (node, at) => {
      const [from, to] = [Math.ceil((16_384 * at) / 3), Math.ceil((16_384 * (at + 1)) / 3) - 1]
      await node.command('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to))
      await node.command('CLUSTER', 'SET-CONFIG-EPOCH', String(at + 1))
      if (node !== first) await node.command('CLUSTER', 'MEET', '127.0.0.1', String(first.port))
    }),
  )
  await Promise.all(
    nodes.map((node) =>
      until(async () => {
        const info = await node.command('CLUSTER', 'INFO')
        return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')
      }),
    ),
  )
  return servers
}

class Servers implements RedisServers {
  readonly nodes: RedisServer[] = []
  readonly #folder = mkdtempSync(join(tmpdir(), 'merlon-redis-'))

  /** @param apart what the port beside it is away that has to be free too */
  async start(flags: readonly string[], at: { port?: number | undefined; apart?: number } = {}): Promise<RedisServer> {
    const port = at.port ?? (await freePort(at.apart ?? 0))
    const dir = mkdtempSync(join(this.#folder, 'node-'))
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir]
    const node = new RedisProcess(port, [...args, ...flags])
    await node.restart()
    this.nodes.push(node)
    return node
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()))
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

class RedisProcess implements RedisServer {
  readonly url: string
  #child: ChildProcess | undefined

  constructor(
    readonly port: number,
    readonly args: readonly string[],
  ) {
    this.url = `redis://127.0.0.1:${port}`
  }

  async restart(): Promise<void> {
    const child = spawn('redis-server', this.args, { stdio: ['ignore', 'pipe', 'inherit'] })
    running.add(child)
    child.once('exit', () => running.delete(child))
    let said = ''
    child.stdout?.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-4096)
    })
    this.#child = child
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`redis-server has ended:\n${said}`)
      return (await this.command('PING').catch(() => '')) === 'PONG'
    })
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  async command(...args: readonly string[]): Promise<string> {
    const socket = connect(this.port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      socket.write(`*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join('')}`)
      return await replyOf(socket)
    } finally {
      socket.destroy()
    }
  }
}

/** The text of a simple, bulk or integer reply, a character for each byte; of any other the lines as they came. */
async function replyOf(socket: Socket): Promise<string> {
  let text = ''
  for await (const bytes of socket) {
    text += (bytes as Buffer).toString('latin1')
    if (!text.endsWith('\r\n')) continue
    const head = text.slice(0, text.indexOf('\r\n'))
    const rest = text.slice(head.length + 2, -2)
    if (head.startsWith('-')) throw new Error(head.slice(1))
    if (head.startsWith('+') || head.startsWith(':')) return head.slice(1)
    if (!head.startsWith('$') || head === '$-1' || rest.length >= Number(head.slice(1))) return rest
  }
  throw new Error('the connection was closed')
}

/** A port that is free now, and with it the one `apart` above. Below what systems give to outgoing connections. */
async function freePort(apart: number): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = 12_000 + Math.floor(Math.random() * 8000)
    const held = [await hold(port), apart > 0 ? await hold(port + apart) : undefined]
    await Promise.all(held.map((server) => server && new Promise((closed) => server.close(closed))))
    if (held[0] !== undefined && (apart === 0 || held[1] !== undefined)) return port
  }
  throw new Error('found no free port for Redis')
}

async function hold(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return server
  } catch {
    return undefined
  }
}

async function until(look: () => Promise<boolean>): Promise<void> {
  for (const start = Date.now(); Date.now() - start < READY_WITHIN_MS; ) {
    if (await look()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('Redis was not ready in time')
}
