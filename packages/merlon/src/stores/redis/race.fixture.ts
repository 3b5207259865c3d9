import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { RedisServers } from '../../../../../scripts/redis.ts'
import type { Race } from './racer.fixture.ts'

const PROCESSES = 4

/** Several processes that ask at the same moment. */
export class Racers {
  readonly #children: readonly ChildProcess[]

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children
  }

  static async open(): Promise<Racers> {
    const file = fileURLToPath(new URL('./racer.fixture.ts', import.meta.url))
    const children = Array.from({ length: PROCESSES }, () => fork(file, { execArgv: ['--import', 'tsx'] }))
    await Promise.all(children.map((child) => once(child, 'message')))
    return new Racers(children)
  }

  /** How many of all processes' requests were admitted. */
  async run(servers: RedisServers, race: Omit<Race, 'ports' | 'requests'>, requests: number): Promise<number> {
    const ports = servers.nodes.map(({ port }) => port)
    const said = () => Promise.all(this.#children.map((child) => once(child, 'message')))
    const ready = said()
    for (const child of this.#children) child.send({ ...race, ports, requests: requests / PROCESSES })
    await ready
    const counts = said()
    for (const child of this.#children) child.send('go')
    return (await counts).reduce((sum, [count]) => sum + Number(count), 0)
  }

  close(): void {
    for (const child of this.#children) if (child.connected) child.disconnect()
  }
}
