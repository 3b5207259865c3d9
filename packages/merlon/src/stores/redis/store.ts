import { randomBytes } from 'node:crypto'
import type { StoreHost } from '../../contract/counters.ts'
import type { Link } from './link.ts'
import type { Names } from './names.ts'
import { Pipe, type TestTime } from './pipe.ts'

/** What everything that counts in one Redis works with. */
export class Store {
  readonly link: Link
  readonly pipe: Pipe
  readonly names: Names
  host: StoreHost | undefined
  #instance: string | undefined
  #count = 0

  constructor(link: Link, names: Names, time: TestTime | undefined) {
    this.link = link
    this.names = names
    this.pipe = new Pipe(link, time)
  }

  /** This process, among those that count here. Drawn at the first need: a guard is built without randomness. */
  get instance(): string {
    this.#instance ??= randomBytes(9).toString('base64url')
    return this.#instance
  }

  /** An id that nobody else has given or gives. */
  id(): string {
    this.#count++
    return `${this.instance}${this.#count.toString(36)}`
  }

  /** Of what nobody waits for: where it fails, it is told and nothing else. */
  aside(work: Promise<unknown>): Promise<void> {
    return work.then(
      () => {},
      (error: unknown) => {
        const detail = error instanceof Error ? error.message : String(error)
        this.host?.tell({ kind: 'store-failed', store: 'redis', detail })
      },
    )
  }
}
