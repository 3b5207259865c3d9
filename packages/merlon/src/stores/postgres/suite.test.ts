import { Pool } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { openPostgres, type PostgresServer } from '../../../../../scripts/postgres.ts'
import { countersSuite } from '../suite/counters.fixture.ts'
import { onClock } from './opened.fixture.ts'

let server: PostgresServer
let pool: Pool

beforeAll(async () => {
  server = await openPostgres()
  pool = new Pool({ connectionString: server.url })
})

afterAll(async () => {
  await pool.end()
  await server.stop()
})

const RUNS = Number(process.env['RUNS'] ?? 30)

countersSuite(
  'postgres',
  () => {
    const opened = onClock({ pool })
    return { ...opened, close: () => opened.counters.close() }
  },
  { runs: RUNS },
)
