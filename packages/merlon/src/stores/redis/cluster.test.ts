import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCluster, openRedis, type RedisServers } from '../../../../../scripts/redis.ts'
import { Subject } from '../../contract/counters.ts'
import { Racers } from '../batched/race.fixture.ts'
import { countersSuite } from '../suite/counters.fixture.ts'
import { RedisCounters } from './counters.ts'
import { hostOf, limitOf, onClock } from './opened.fixture.ts'
import type { Race } from './racer.fixture.ts'

let cluster: RedisServers
let single: RedisServers
let client: Cluster
let racers: Racers<Race>
const portsOf = ({ nodes }: RedisServers) => nodes.map(({ port }) => port)

beforeAll(async () => {
  ;[cluster, single, racers] = await Promise.all([
    openCluster(),
    openRedis(),
    Racers.open<Race>(new URL('./racer.fixture.ts', import.meta.url)),
  ])
  client = new Cluster(cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port })))
})

afterAll(async () => {
  racers.close()
  client.disconnect()
  await Promise.all([cluster.stop(), single.stop()])
})

countersSuite(
  'redis cluster',
  () => {
    const opened = onClock({ client })
    return { ...opened, close: () => opened.counters.close() }
  },
  { runs: Number(process.env['RUNS'] ?? 200) / 8 },
)

describe('200 requests of four processes at once, where 50 are admitted', () => {
  const [ann, ben, eve] = ['a3:ann', 'a3:ben', 'a3:eve']

  test('are 50 on one server, of one limit and of three', async () => {
    expect(
      await racers.run({ ports: portsOf(single), colocate: false, quota: 50, subjects: [ann], requests: 200 }),
    ).toBe(50)
    expect(
      await racers.run({
        ports: portsOf(single),
        colocate: false,
        quota: 50,
        subjects: [ben, eve, 'a3:all'],
        requests: 200,
      }),
    ).toBe(50)
  })

  test('are 50 on a cluster where everything shares a tag', async () => {
    expect(
      await racers.run({ ports: portsOf(cluster), colocate: false, quota: 50, subjects: [ann], requests: 200 }),
    ).toBe(50)
    expect(
      await racers.run({
        ports: portsOf(cluster),
        colocate: true,
        quota: 50,
        subjects: [ben, eve, 'a3:all'],
        requests: 200,
      }),
    ).toBe(50)
  })

  test('are never more than 50 where limits lie apart, and not far from it', async () => {
    const admitted = await racers.run({
      ports: portsOf(cluster),
      colocate: false,
      quota: 50,
      subjects: ['x', 'y', 'z'],
      requests: 200,
    })
    expect(admitted).toBeLessThanOrEqual(50)
    expect(admitted).toBeGreaterThan(25)
  })
})

describe('limits that lie apart', () => {
  const open = () => {
    const counters = new RedisCounters({ client })
    counters.attach(hostOf())
    return counters
  }
  const subjects = ['a3:one', 'a3:two', 'a3:six'].map((key) => new Subject(key, undefined))

  test('read as before once the answer is there that one of them refuses', async () => {
    const set = open().prepare([limitOf('wide', 9), limitOf('narrow', 1), limitOf('other', 9)])
    await set.charge(subjects, [1, 1, 1])
    const before = (await set.read(subjects)).map(({ remaining }) => remaining)
    expect(before).toEqual([8, 0, 8])
    for (let tries = 0; tries < 5; tries++) {
      const refused = await set.charge(subjects, [1, 1, 1])
      expect(refused.map(({ admits }) => admits)).toEqual([true, false, true])
      expect(refused.map(({ remaining }) => remaining)).toEqual(before)
      expect((await set.read(subjects)).map(({ remaining }) => remaining)).toEqual(before)
    }
  })

  test('are told of a refusal, where they are penalties', async () => {
    const counters = open()
    const rule = { after: 3, withinMs: 60_000, banMs: [60_000], forgetMs: 60_000 }
    const penalty = limitOf('penalty', 3, { algorithm: 'penalty', penalty: rule })
    const set = counters.prepare([limitOf('strict', 1, { algorithm: 'strict' }), penalty])
    const pair = [new Subject('a3:her', undefined), new Subject('a4:hers', undefined)]
    const bans: boolean[] = []
    for (let tries = 0; tries < 5; tries++) bans.push((await set.charge(pair, [1, 1]))[1]?.admits === false)
    expect(bans).toEqual([false, false, false, true, true])
    await expect.poll(() => counters.bans()).toMatchObject([{ subject: 'a4:hers', times: 1 }])
  })

  test('are read right where the others share a tag', async () => {
    const counters = open()
    const rule = { after: 1, withinMs: 60_000, banMs: [60_000], forgetMs: 60_000 }
    const penalty = limitOf('shares', 1, { algorithm: 'penalty', penalty: rule })
    const set = counters.prepare([limitOf('full', 1), limitOf('free', 1, { algorithm: 'strict' }), penalty])
    const [full] = subjects as [Subject, ...Subject[]]
    await counters.prepare([limitOf('full', 1)]).charge([full], [1])
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => {
        const other = new Subject(`o:${at}`, undefined)
        return set.charge([full, other, other], [1, 1, 1])
      }),
    )
    const said = new Set(answers.map((readings) => readings.map(({ admits, remaining }) => [admits, remaining]).join()))
    expect([...said]).toEqual(['false,0,true,1,false,0'])
  })

  test('take one script call for each tag, and not one for each decision', async () => {
    const counters = open()
    const set = counters.prepare([limitOf('batched', 100)])
    const before = counters.sent.calls
    await Promise.all(Array.from({ length: 20 }, () => set.charge([subjects[0] as Subject], [1])))
    expect(counters.sent.calls - before).toBe(1)
  })

  test('are decided the same by node-redis', async () => {
    const other = createCluster({ rootNodes: cluster.nodes.map(({ url }) => ({ url })) })
    const counters = new RedisCounters({ client: other })
    counters.attach(hostOf())
    await counters.ready()
    const set = counters.prepare([limitOf('wide', 9), limitOf('narrow', 1), limitOf('other', 9)])
    const [readings] = [await set.charge(subjects, [1, 1, 1])]
    expect(readings.map(({ admits }) => admits)).toEqual([true, false, true])
    await counters.reset()
    expect((await set.charge(subjects, [1, 1, 1])).map(({ remaining }) => remaining)).toEqual([8, 0, 8])
    await counters.close()
    other.destroy()
  })

  test('every key has its time to live, wherever it lies', async () => {
    for (const node of cluster.nodes) {
      const keys = (await node.command('KEYS', '*')).split('\r\n').filter((line) => line.startsWith('merlon:'))
      for (const key of keys) expect([key, Number(await node.command('PTTL', key)) > 0]).toEqual([key, true])
    }
  })
})
