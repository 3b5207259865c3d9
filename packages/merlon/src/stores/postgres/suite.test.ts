import { Client, Pool } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { openPostgres, type PostgresServer } from '../../../../../scripts/postgres.ts'
import { countersSuite } from '../suite/counters.fixture.ts'
import type { PostgresCountersOptions } from './counters.ts'
import { onClock } from './opened.fixture.ts'

let server: PostgresServer
let pool: Pool
let client: Client

beforeAll(async () => {
  server = await openPostgres()
  pool = new Pool({ connectionString: server.url })
  client = new Client({ connectionString: server.url })
  await client.connect()
})

afterAll(async () => {
  await pool.end()
  await client.end()
  await server.stop()
})

const RUNS = Number(process.env['RUNS'] ?? 30)

countersSuite('postgres, by a pool', () => openedWith({ pool }), { runs: RUNS })
countersSuite('postgres, by a client', () => openedWith({ client }), { runs: Math.ceil(RUNS / 10) })

function openedWith(by: PostgresCountersOptions) {
  const opened = onClock(by)
  return { ...opened, close: () => opened.counters.close() }
}
