/** What is asked of a client of ioredis: `Redis`, also with Sentinel, or `Cluster`. */
export interface IoRedisClient {
  call(command: string, args: string[]): Promise<unknown>
  duplicate(): unknown
}

/** What is asked of one of node-redis: of `createClient`, `createClientPool`, `createSentinel` or `createCluster`. */
export interface NodeRedisClient {
  sendCommand(...args: never[]): Promise<unknown>
  duplicate(): unknown
}

/** A client as its package made it; which one it is shows in what it can do. */
export type RedisClient = IoRedisClient | NodeRedisClient

/** The few things that a store does with a client, whichever it is. */
export interface Link {
  /** Whether keys of one command have to share a hash slot. */
  readonly clustered: boolean
  /** `key` says where the command goes. */
  send(key: string, command: string, args: string[]): Promise<unknown>
  /** Connects where nobody has. */
  open(): Promise<void>
  /** Deletes every key that begins with this. */
  clear(prefix: string): Promise<void>
  /** Calls back with each message of a channel, over a connection of its own; gives what ends it. */
  listen(channel: string, heard: (message: string) => void): Promise<() => void>
}

/** @throws TypeError where it is no client of either package */
export function linkTo(client: RedisClient): Link {
  if (isObject(client)) {
    if (typeof client['call'] === 'function' && typeof client['defineCommand'] === 'function') {
      return new IoRedisLink(client as unknown as IoRedis)
    }
    if (typeof client['sendCommand'] === 'function' && typeof client['duplicate'] === 'function') {
      return new NodeRedisLink(client as unknown as NodeRedis)
    }
  }
  throw new TypeError(
    'redisCounters: expected a client of ioredis (new Redis() or new Cluster()) or of node-redis (createClient()), ' +
      `got ${client === null ? 'null' : typeof client}`,
  )
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Errors of a connection that only listens: what was missed is found by asking. */
const unheard = () => {}

interface IoRedis extends IoRedisClient {
  readonly isCluster?: boolean
  readonly options?: { readonly keyPrefix?: string }
  nodes?(role: 'master'): IoRedis[]
  duplicate(): IoRedis
  on(event: string, listener: (...args: string[]) => void): void
  subscribe(channel: string): Promise<unknown>
  disconnect(): void
}

class IoRedisLink implements Link {
  readonly clustered: boolean
  readonly #client: IoRedis

  constructor(client: IoRedis) {
    this.#client = client
    this.clustered = client.isCluster === true
  }

  send(_key: string, command: string, args: string[]): Promise<unknown> {
    return this.#client.call(command, args)
  }

  async clear(prefix: string): Promise<void> {
    const nodes = this.clustered ? (this.#client.nodes?.('master') ?? []) : [this.#client]
    // The client puts its own prefix before keys that it sends, but neither before patterns nor off keys that it is told.
    const own = this.#client.options?.keyPrefix ?? ''
    for (const node of nodes) {
      await clearNode((command, args) => node.call(command, args), `${own}${prefix}`, own.length)
    }
  }

  /** It connects with its first command, if not before. */
  async open(): Promise<void> {}

  async listen(channel: string, heard: (message: string) => void): Promise<() => void> {
    const client = this.#client.duplicate()
    client.on('error', unheard)
    client.on('message', (_channel = '', message = '') => heard(message))
    const end = () => client.disconnect()
    await orEnd(end, client.subscribe(channel))
    return end
  }
}

interface NodeRedis {
  readonly masters?: readonly unknown[]
  nodeClient?(node: unknown): Promise<NodeRedis> | NodeRedis
  readonly isOpen: boolean
  sendCommand(...args: readonly unknown[]): Promise<unknown>
  duplicate(): NodeRedis
  connect(): Promise<unknown>
  on(event: string, listener: (...args: string[]) => void): void
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>
  destroy(): void
}

class NodeRedisLink implements Link {
  readonly clustered: boolean
  readonly #client: NodeRedis
  /** Sentinel's takes whether the command only reads first; a cluster's also the key. */
  readonly #sentinel: boolean

  constructor(client: NodeRedis) {
    this.#client = client
    this.clustered = 'getSlotRandomNode' in client
    this.#sentinel = 'getSentinelNode' in client
  }

  send(key: string, command: string, args: string[]): Promise<unknown> {
    const all = [command, ...args]
    if (this.clustered) return this.#client.sendCommand(key, false, all)
    return this.#sentinel ? this.#client.sendCommand(false, all) : this.#client.sendCommand(all)
  }

  async clear(prefix: string): Promise<void> {
    if (!this.clustered) return clearNode((command, args) => this.send('', command, args), prefix, 0)
    for (const master of this.#client.masters ?? []) {
      const node = await this.#client.nodeClient?.(master)
      await clearNode(async (command, args) => node?.sendCommand([command, ...args]), prefix, 0)
    }
  }

  async open(): Promise<void> {
    if (!this.#client.isOpen) await this.#client.connect()
  }

  async listen(channel: string, heard: (message: string) => void): Promise<() => void> {
    const client = this.#client.duplicate()
    client.on('error', unheard)
    const end = () => client.destroy()
    await orEnd(
      end,
      client.connect().then(() => client.subscribe(channel, heard)),
    )
    return end
  }
}

/** One key a command: in a cluster they lie in many slots. */
async function clearNode(
  send: (command: string, args: string[]) => Promise<unknown>,
  prefix: string,
  cut: number,
): Promise<void> {
  const pattern = `${prefix.replace(/[*?[\]\\]/g, '\\$&')}*`
  let cursor = '0'
  do {
    const reply = (await send('SCAN', [cursor, 'MATCH', pattern, 'COUNT', '1000'])) as [unknown, unknown[]]
    cursor = String(reply[0])
    await Promise.all(reply[1].map((key) => send('UNLINK', [String(key).slice(cut)])))
  } while (cursor !== '0')
}

async function orEnd(end: () => void, begun: Promise<unknown>): Promise<void> {
  try {
    await begun
  } catch (error) {
    end()
    throw error
  }
}
