/** What is asked of a client of `pg`. */
export interface PgClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: Record<string, unknown>[] }>
  on(event: 'error', listener: (error: Error) => void): unknown
  off(event: 'error', listener: (error: Error) => void): unknown
}

/** A pool of `pg`, asked in the same way. */
export interface PgPool extends PgClient {
  readonly totalCount: number
}

/** One of both. */
export interface PgOptions {
  /** A pool of `pg`. It connects anew after the server was lost. */
  readonly pool?: PgPool
  /** One client of `pg`, connected. Once its connection is lost, it stays lost. */
  readonly client?: PgClient
}

/** @throws TypeError where there is neither, or both, or what there is is of another package */
export function linkTo({ pool, client }: PgOptions): PgClient {
  if (pool !== undefined && client !== undefined) {
    throw new TypeError('postgresCounters: expected a pool or a client, got both')
  }
  const given: unknown = pool ?? client
  if (isOfPg(given)) return given
  throw new TypeError(
    "postgresCounters: expected { pool: new Pool() } or { client: new Client() } of the package 'pg', " +
      `got ${given === null ? 'null' : typeof given}`,
  )
}

/** Clients of MySQL answer `query` too, and give what they answer in another form. */
function isOfPg(given: unknown): given is PgClient {
  if (typeof given !== 'object' || given === null) return false
  const has = (name: string) => typeof (given as Record<string, unknown>)[name] === 'function'
  return has('query') && has('connect') && has('on') && has('off') && !has('execute') && !has('getConnection')
}
