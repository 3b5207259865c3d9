import type { Engine } from '../batched/engine.ts'
import { type Statements, statementsFor } from './install.ts'
import type { PgClient } from './link.ts'

/** Tables and functions are there by then, or it is told that they are not. */
const OPEN_WITHIN_MS = 10_000

/** Of a function, a schema and a table that are not there. Nothing was done then. */
const MISSING: ReadonlySet<unknown> = new Set(['42883', '3F000', '42P01'])

/** Decides by the functions of spec/sql/postgres/counters. */
export class PostgresEngine implements Engine {
  readonly name = 'postgres'
  readonly clustered = false
  readonly #client: PgClient
  readonly #statements: Statements
  #installing: Promise<void> | undefined

  constructor(client: PgClient, schema: string) {
    this.#client = client
    this.#statements = statementsFor(schema)
    // What is lost is seen by whoever asks next; without a listener, an idle connection's end would end the process.
    client.on('error', ignore)
  }

  run(keys: readonly string[], request: string): Promise<unknown> {
    return this.#orInstall(async () => {
      const { rows } = await this.#client.query(this.#statements.decide, [keys, request])
      return rows[0]?.['reply']
    })
  }

  open(): Promise<void> {
    return within(OPEN_WITHIN_MS, this.#look())
  }

  async clear(): Promise<void> {
    await this.#orInstall(() => this.#client.query(this.#statements.clear))
  }

  /** Whoever wants to know asks once a second. */
  async publish(): Promise<void> {}

  async listen(): Promise<() => void> {
    return ignore
  }

  close(): void {
    this.#client.off('error', ignore)
  }

  async #look(): Promise<void> {
    const { rows } = await this.#client.query(this.#statements.look)
    const isolation = rows[0]?.['isolation']
    if (isolation !== 'read committed') {
      throw new Error(
        `postgres: expected transactions that are read committed, got ${isolation}; write for the role ` +
          "ALTER ROLE … SET default_transaction_isolation = 'read committed'",
      )
    }
    if (rows[0]?.['there'] !== true) await this.#install()
  }

  async #orInstall<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      if (!MISSING.has((error as { code?: unknown }).code)) throw error
      await this.#install()
      return ask()
    }
  }

  /** Once at a time, however many ask for it. */
  #install(): Promise<void> {
    this.#installing ??= this.#client
      .query(this.#statements.install)
      .then(() => {})
      .finally(() => {
        this.#installing = undefined
      })
    return this.#installing
  }
}

const ignore = () => {}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`postgres: no answer within ${ms} ms`)), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
