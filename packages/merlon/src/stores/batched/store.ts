import { randomBytes } from 'node:crypto'
import type { StoreHost } from '../../contract/counters.ts'
import type { Engine } from './engine.ts'
import type { Names } from './names.ts'
import { Pipe, type TestTime } from './pipe.ts'

/** What everything that counts in one server works with. */
export class Store {
  readonly engine: Engine
  readonly pipe: Pipe
  readonly names: Names
  host: StoreHost | undefined
  #instance: string | undefined
  #count = 0

  constructor(engine: Engine, names: Names, time: TestTime | undefined) {
    this.engine = engine
    this.names = names
    this.pipe = new Pipe(engine, time)
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
        this.host?.tell({ kind: 'store-failed', store: this.engine.name, detail })
      },
    )
  }
}
