import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PROCESSES = 4

/** Several processes that ask at the same moment. */
export class Racers<Race extends { readonly requests: number }> {
  readonly #children: readonly ChildProcess[]

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children
  }

  /**
   * @param file what each of them runs: it says `up`, is told of a race, says `ready`, is told `go`, and says how many of
   *   its requests were admitted
   */
  static async open<Race extends { readonly requests: number }>(file: URL): Promise<Racers<Race>> {
    const path = fileURLToPath(file)
    const children = Array.from({ length: PROCESSES }, () => fork(path, { execArgv: ['--import', 'tsx'] }))
    await Promise.all(children.map(messageOf))
    return new Racers(children)
  }

  /** How many of all processes' requests were admitted. */
  async run(race: Race): Promise<number> {
    const said = () => Promise.all(this.#children.map(messageOf))
    const ready = said()
    for (const child of this.#children) child.send({ ...race, requests: race.requests / PROCESSES })
    await ready
    const counts = said()
    for (const child of this.#children) child.send('go')
    return (await counts).reduce((sum, [count]) => sum + Number(count), 0)
  }

  close(): void {
    for (const child of this.#children) if (child.connected) child.disconnect()
  }
}

/** What it says next, or that it has ended. */
async function messageOf(child: ChildProcess): Promise<unknown[]> {
  const over = new AbortController()
  const ended = once(child, 'exit', { signal: over.signal }).then(() => {
    throw new Error('a process that asks has ended')
  })
  try {
    return (await Promise.race([once(child, 'message', { signal: over.signal }), ended])) as unknown[]
  } finally {
    over.abort()
    ended.catch(() => {})
  }
}
