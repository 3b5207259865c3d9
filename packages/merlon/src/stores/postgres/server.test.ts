import { Client, Pool } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openPostgres, type PostgresServer } from '../../../../../scripts/postgres.ts'
import { type Reading, Subject } from '../../contract/counters.ts'
import { Racers } from '../batched/race.fixture.ts'
import { PostgresCounters } from './counters.ts'
import { postgresCounters } from './index.ts'
import type { PgPool } from './link.ts'
import { hostOf, limitOf, openCounters } from './opened.fixture.ts'
import type { Race } from './racer.fixture.ts'

let server: PostgresServer
let opened: ReturnType<typeof openCounters>
const unhandled: unknown[] = []
const note = (error: unknown) => unhandled.push(error)

beforeAll(async () => {
  process.on('unhandledRejection', note)
  process.on('uncaughtException', note)
  server = await openPostgres()
})

beforeEach(() => {
  opened = openCounters(server)
})

afterEach(async () => {
  await opened.close()
  expect(unhandled).toEqual([])
})

afterAll(async () => {
  process.off('unhandledRejection', note)
  process.off('uncaughtException', note)
  await server.stop()
})

let made = 0
const fresh = () => new Subject(`a9:fresh${++made}`, undefined)
const subject = (key: string) => new Subject(key, undefined)
const rows = (what: string) => server.query(`SELECT ${what}`)

/** What became of charges that were sent all at once. */
async function outcomes(charges: readonly Promise<Reading[]>[]) {
  const settled = await Promise.allSettled(charges)
  return settled.map((each) => (each.status === 'rejected' ? String(each.reason) : each.value[0]?.admits))
}

describe('four processes at once', () => {
  let racers: Racers<Race>

  beforeAll(async () => {
    racers = await Racers.open<Race>(new URL('./racer.fixture.ts', import.meta.url))
  })

  afterAll(() => racers.close())

  test('are admitted exactly as often as the limit says', async () => {
    const subjects = ['a']
    expect(await racers.run({ url: server.url, schema: 'race', quota: 50, subjects, requests: 200 })).toBe(50)
  })

  test('never wait for each other in a circle, whatever the order of their limits', async () => {
    const subjects = Array.from({ length: 8 }, (_, at) => `s${at}`)
    expect(await racers.run({ url: server.url, schema: 'race', quota: 50, subjects, requests: 200 })).toBe(50)
  })
})

describe('what is there before anybody counts', () => {
  test('is made once, by however many instances at once', async () => {
    const all = Array.from({ length: 10 }, () => openCounters(server, 'ten'))
    await Promise.all(all.map(({ counters }) => counters.ready()))
    expect(await rows("count(*)::int AS n FROM pg_tables WHERE schemaname = 'ten'")).toEqual([{ n: 3 }])
    const pulses = await Promise.all(all.map(({ counters }) => counters.pulse()))
    expect(Math.max(...pulses.map(({ instances }) => instances ?? 0))).toBe(10)
    await Promise.all(all.map(({ close }) => close()))
  })

  test('is made by the first request too, once, where nobody has waited for it', async () => {
    const early = openCounters(server, 'early')
    const set = early.counters.prepare([limitOf('a', 3)])
    const who = fresh()
    expect(await outcomes(Array.from({ length: 4 }, () => set.charge([who], [1])))).toEqual([true, true, true, false])
    await server.query('DROP SCHEMA early CASCADE')
    expect(await outcomes([set.charge([who], [1])])).toEqual([true])
    await early.close()
  })

  test('serves a role that may make nothing', async () => {
    await opened.counters.ready()
    await server.query(
      'CREATE ROLE app LOGIN; GRANT USAGE ON SCHEMA merlon TO app; ' +
        'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA merlon TO app',
    )
    const pool = new Pool({ connectionString: server.url.replace('postgres@', 'app@') })
    const counters = new PostgresCounters({ pool })
    counters.attach(hostOf())
    await counters.ready()
    expect(await outcomes([counters.prepare([limitOf('a', 3)]).charge([fresh()], [1])])).toEqual([true])
    await pool.end()
  })
})

describe('what is sent', () => {
  test('is one statement for all that is asked in one turn, of whomever', async () => {
    const set = opened.counters.prepare([limitOf('a', 9), limitOf('b', 9), limitOf('c', 9)])
    await opened.counters.ready()
    const before = opened.counters.sent.calls
    const asked = Array.from({ length: 30 }, (_, at) =>
      set.charge([subject(`x${at}`), subject('y'), subject(`z${at}`)], [1, 1, 1]),
    )
    expect((await outcomes(asked)).filter((each) => each === true)).toHaveLength(30)
    expect(opened.counters.sent.calls - before).toBe(1)
  })

  test('says nothing of subjects to whoever reads the tables', async () => {
    const who = subject('e15:ada@example.com')
    const penalty = { after: 1, withinMs: 1000, banMs: [60_000], forgetMs: 60_000 }
    const set = opened.counters.prepare([limitOf('d', 1), limitOf('e', 1, { algorithm: 'penalty', penalty })])
    for (let tries = 0; tries < 3; tries++) await set.charge([who, who], [1, 1])
    await opened.counters.overrides.set({ principal: 'ada@example.com', tier: 'pro' })
    await expect.poll(() => opened.counters.bans()).toHaveLength(1)
    const all = await Promise.all(['counters', 'places', 'overrides'].map((table) => rows(`* FROM merlon.${table}`)))
    expect(all.map(({ length }) => length > 0)).toEqual([true, true, true])
    expect(JSON.stringify(all)).not.toContain('ada')
    expect(await opened.counters.overrides.list()).toEqual([{ principal: 'ada@example.com', tier: 'pro' }])
  })

  test('holds large numbers in full', async () => {
    const set = opened.counters.prepare([limitOf('large', 9973, { windowMs: 366 * 86_400_000 })])
    const who = subject('large')
    await set.charge([who], [9972])
    expect((await set.read([who]))[0]?.remaining).toBe(1)
    await set.debit([who], [Number.MAX_SAFE_INTEGER])
    expect((await set.charge([who], [Number.MAX_SAFE_INTEGER]))[0]?.admits).toBe(false)
    expect((await set.read([who]))[0]?.remaining).toBe(0)
  })
})

describe('rows', () => {
  test('that mean nothing any more are swept by those who count', async () => {
    await opened.counters.ready()
    await server.query(
      "INSERT INTO merlon.counters SELECT 'old' || n, '{1}', 1 FROM generate_series(1, 1500) AS n; " +
        "INSERT INTO merlon.places SELECT 'old', 'i' || n, 1 FROM generate_series(1, 50) AS n",
    )
    const set = opened.counters.prepare([limitOf('s', 1_000_000)])
    const left = async () => {
      for (let tries = 0; tries < 10; tries++) await set.charge([fresh()], [1])
      const [row] = await rows(
        '(SELECT count(*) FROM merlon.counters WHERE until = 1) + (SELECT count(*) FROM merlon.places WHERE until = 1) AS n',
      )
      return Number(row?.['n'])
    }
    await expect.poll(left, { timeout: 15_000, interval: 0 }).toBe(0)
  })

  test('are not left where nothing is kept', async () => {
    const set = opened.counters.prepare([limitOf('n', 5)])
    const who = new Subject('nobody', undefined, subject('known to nobody'))
    const count = async () => (await rows('count(*)::int AS n FROM merlon.counters'))[0]?.['n']
    const before = await count()
    await set.read([who])
    await (await set.charge([who], [6]))[0]
    expect(await count()).toBe(before)
  })

  test('that hold something else fail the decision that reads them, and no other', async () => {
    const schema = 'spoiled'
    const { counters, close } = openCounters(server, schema)
    const [one, two] = [limitOf('o', 5), limitOf('t', 5)]
    const [spoiled, sound] = [fresh(), fresh()]
    await counters.prepare([one]).charge([spoiled], [1])
    await server.query(`UPDATE ${schema}.counters SET state = '{1,2,3,4}'`)
    const asked = [sound, spoiled, sound].map((who) => counters.prepare([one]).charge([who], [1]))
    expect(await outcomes(asked)).toEqual([true, expect.stringContaining('means nothing'), true])
    await expect(counters.prepare([two, one]).charge([sound, spoiled], [1, 1])).rejects.toThrow('means nothing')
    expect((await counters.prepare([two]).read([sound]))[0]?.remaining).toBe(5)
    await close()
  })
})

describe('while PostgreSQL cannot write', () => {
  test('because it does not answer, decisions are rejected within a second', async () => {
    const set = opened.counters.prepare([limitOf('h', 5)])
    await set.charge([fresh()], [1])
    server.pause()
    const start = performance.now()
    try {
      expect(await outcomes([set.charge([fresh()], [1])])).toEqual([expect.stringContaining('no answer within')])
    } finally {
      server.resume()
    }
    expect(performance.now() - start).toBeLessThan(1500)
    await expect.poll(() => outcomes([set.charge([fresh()], [1])]), { timeout: 3000 }).toEqual([true])
  })

  test('because it is gone, decisions are rejected in time, and go on once it is back, with all overrides', async () => {
    const set = opened.counters.prepare([limitOf('i', 100_000)])
    await opened.counters.overrides.set({ principal: 'kept', tier: 'pro' })
    let [asking, answered, failed, slowest] = [true, 0, 0, 0]
    const load = (async () => {
      while (asking) {
        const start = performance.now()
        const answers = await outcomes(Array.from({ length: 20 }, () => set.charge([fresh()], [1])))
        slowest = Math.max(slowest, performance.now() - start)
        for (const each of answers) each === true ? answered++ : failed++
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    })()
    await expect.poll(() => answered).toBeGreaterThan(50)
    await server.kill()
    await expect.poll(() => failed).toBeGreaterThan(50)
    await server.restart()
    const before = answered
    await expect.poll(() => answered, { timeout: 5000 }).toBeGreaterThan(before + 100)
    asking = false
    await load
    expect(slowest).toBeLessThan(1500)
    const all = await opened.counters.overrides.list()
    expect(all.filter(({ principal }) => principal === 'kept')).toEqual([{ principal: 'kept', tier: 'pro' }])
  })

  test('the guard goes on by what each limit says', async () => {
    const counters = postgresCounters({ pool: opened.pool, waitMs: 200 })
    counters.attach(hostOf())
    await counters.ready()
    const set = counters.prepare([limitOf('open', 1, { onFailure: 'open' })])
    const who = fresh()
    const ask = async () => (await set.charge([who], [1], performance.now()))[0]
    await ask()
    expect(await ask()).toMatchObject({ admits: false })
    server.pause()
    const start = performance.now()
    const other = await set.charge([fresh()], [1], performance.now())
    expect(other[0]).toMatchObject({ admits: true, degraded: 'open' })
    expect(performance.now() - start).toBeLessThan(500)
    server.resume()
    await counters.close()
  })
})

describe('processes', () => {
  test('learn of overrides with their next pulse, from whichever of them it is', async () => {
    const other = openCounters(server)
    const tiers: (string | undefined)[] = []
    opened.counters.overrides.watch((all) => tiers.push(all.find(({ principal }) => principal === 'q')?.tier))
    await opened.counters.ready()
    const { generation } = await opened.counters.pulse()
    await other.counters.overrides.set({ principal: 'q', tier: 'pro' })
    expect((await opened.counters.pulse()).generation).toBeGreaterThan(generation)
    expect(tiers.at(-1)).toBe('pro')
    await other.close()
  })

  test('that die leave their places within the time of a lease, and those that live keep theirs', async () => {
    const [dead, alive] = [openCounters(server), openCounters(server)]
    const limit = { id: 'places', name: 'places', most: 2, leaseMs: 150 }
    const acquire = async () => (await alive.counters.prepareLeases([limit]).acquire([subject('1')])).refusedBy
    await dead.counters.prepareLeases([limit]).acquire([subject('1')])
    expect(await acquire()).toBeUndefined()
    expect(await acquire()).toBe(limit)
    // As a crash would: nothing is given back, and nothing renewed.
    await dead.pool.end()
    await expect.poll(acquire, { timeout: 1000 }).toBeUndefined()
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(await acquire()).toBe(limit)
    await alive.close()
  })
})

describe('clients', () => {
  test('may be one alone', async () => {
    const client = new Client({ connectionString: server.url })
    await client.connect()
    const counters = new PostgresCounters({ client })
    counters.attach(hostOf())
    await counters.ready()
    const set = counters.prepare([limitOf('one', 1)])
    const who = fresh()
    expect(await outcomes([set.charge([who], [1]), set.charge([who], [1])])).toEqual([true, false])
    await counters.close()
    await client.end()
  })

  test.each([[undefined], [null], ['postgres://127.0.0.1'], [{}], [{ query() {}, execute() {}, on() {}, off() {} }]])(
    'may not be %j',
    (pool) => {
      expect(() => new PostgresCounters({ pool: pool as unknown as PgPool })).toThrow(
        'postgresCounters: expected { pool: new Pool() } or { client: new Client() }',
      )
    },
  )

  test('whose transactions see an older state are refused, with what to write', async () => {
    const options = '-c default_transaction_isolation=serializable'
    const pool = new Pool({ connectionString: server.url, options })
    const counters = new PostgresCounters({ pool })
    counters.attach(hostOf())
    await expect(counters.ready()).rejects.toThrow("SET default_transaction_isolation = 'read committed'")
    await pool.end()
  })

  test('with a schema that would have to be quoted are refused', () => {
    expect(() => new PostgresCounters({ pool: opened.pool, schema: 'a"; DROP' })).toThrow('expected a schema of')
  })
})
