// One process of several that count in one PostgreSQL: it asks as often as it is told to, all at once, and says how many
// were admitted.
import { Pool } from 'pg'
import { Subject } from '../../contract/counters.ts'
import { PostgresCounters } from './counters.ts'
import { hostOf, limitOf } from './opened.fixture.ts'

export interface Race {
  readonly url: string
  readonly schema: string
  readonly requests: number
  readonly quota: number
  readonly subjects: readonly string[]
}

let start = () => {}

process.on('disconnect', () => process.exit())
process.on('message', (message: Race | 'go') => {
  if (message === 'go') start()
  else void prepare(message)
})
process.send?.('up')

async function prepare({ url, schema, requests, quota, subjects }: Race): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 4 })
  const counters = new PostgresCounters({ pool, schema })
  counters.attach(hostOf())
  // All processes make the schema at once.
  await counters.ready()
  const limits = subjects.map((_, at) => limitOf(`race${at}`, quota))
  const forwards = counters.prepare(limits)
  const who = subjects.map((key) => new Subject(key, undefined))
  const [backwards, whoBackwards] = [counters.prepare([...limits].reverse()), [...who].reverse()]
  const ones = subjects.map(() => 1)
  start = async () => {
    // In turns of the event loop of their own, so that statements meet; and in both orders, so that locks could too.
    const asked: Promise<boolean>[] = []
    for (let at = 0; at < requests; at++) {
      const answer = at % 10 < 5 ? forwards.charge(who, ones) : backwards.charge(whoBackwards, ones)
      asked.push(answer.then((readings) => readings.every(({ admits }) => admits)))
      if (at % 5 === 4) await new Promise(setImmediate)
    }
    const admitted = await Promise.all(asked)
    await pool.end()
    process.send?.(admitted.filter(Boolean).length)
  }
  process.send?.('ready')
}
