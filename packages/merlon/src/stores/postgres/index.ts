import { type RemoteCounters, type RemoteOptions, remote } from '../remote/index.ts'
import { PostgresCounters, type PostgresCountersOptions as PostgresOptions } from './counters.ts'

export type PostgresCountersOptions = PostgresOptions & RemoteOptions

/**
 * Counters in PostgreSQL that all processes share. Whatever arrives in one turn of the event loop goes out as one
 * statement; `leased` limits are decided in memory; and while PostgreSQL does not answer, each limit goes on by its
 * `onFailure`.
 *
 * @throws TypeError where there is no pool or client of `pg`, or the schema's name would have to be quoted
 */
export function postgresCounters(options: PostgresCountersOptions): RemoteCounters {
  return remote(new PostgresCounters(options), options)
}

export type { RemoteCounters as PostgresCounters } from '../remote/index.ts'
export type { PgClient, PgPool } from './link.ts'
