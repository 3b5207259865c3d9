import { BatchedCounters } from '../batched/counters.ts'
import type { TestTime } from '../batched/pipe.ts'
import { PostgresEngine } from './engine.ts'
import { linkTo, type PgOptions } from './link.ts'

export interface PostgresCountersOptions extends PgOptions {
  /**
   * Where tables and functions are; it is made where it is not there. Two APIs that share one database need one each.
   * Default: `merlon`.
   */
  readonly schema?: string
}

/** Counters in PostgreSQL. Whatever it does not do in time rejects; nothing is decided without it here. */
export class PostgresCounters extends BatchedCounters {
  readonly #engine: PostgresEngine

  /** @param time for tests alone */
  constructor(options: PostgresCountersOptions, time?: TestTime) {
    const engine = new PostgresEngine(linkTo(options), options.schema ?? 'merlon')
    super(engine, '', false, time)
    this.#engine = engine
  }

  override async close(): Promise<void> {
    await super.close()
    this.#engine.close()
  }
}
