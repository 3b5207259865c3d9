export {
  type PgClient,
  type PgPool,
  type PostgresCounters,
  type PostgresCountersOptions,
  postgresCounters,
} from './stores/postgres/index.ts'
