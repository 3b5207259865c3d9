// One process of several that count in one Redis: told which servers, it asks as often as it is told to, all at once, and
// says how many were admitted.
import { Cluster, Redis } from 'ioredis'
import { Subject } from '../../contract/counters.ts'
import { RedisCounters } from './counters.ts'
import { hostOf, limitOf } from './opened.fixture.ts'

export interface Race {
  readonly ports: readonly number[]
  readonly colocate: boolean
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

async function prepare({ ports, colocate, requests, quota, subjects }: Race): Promise<void> {
  const [first = 0] = ports
  const client = ports.length === 1 ? new Redis(first) : new Cluster(ports.map((port) => ({ host: '127.0.0.1', port })))
  const counters = new RedisCounters({ client, colocate })
  counters.attach(hostOf())
  await counters.ready()
  const set = counters.prepare(subjects.map((_, at) => limitOf(`race${at}`, quota)))
  const who = subjects.map((key) => new Subject(key, undefined))
  const ones = subjects.map(() => 1)
  start = async () => {
    const answers = await Promise.all(Array.from({ length: requests }, () => set.charge(who, ones)))
    process.send?.(answers.filter((readings) => readings.every(({ admits }) => admits)).length)
    client.disconnect()
  }
  process.send?.('ready')
}
