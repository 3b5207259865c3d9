import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRedis, type RedisServer, type RedisServers } from '../../../../../scripts/redis.ts'
import { Subject } from '../../contract/counters.ts'
import { RedisCounters } from './counters.ts'
import type { RedisClient } from './link.ts'
import { hostOf, limitOf, openCounters } from './opened.fixture.ts'

let servers: RedisServers & { readonly node: RedisServer }
let opened: ReturnType<typeof openCounters>

beforeAll(async () => {
  servers = await openRedis()
  opened = openCounters(servers.node)
})

afterAll(async () => {
  await opened.close()
  await servers.stop()
})

const subject = (key: string) => new Subject(key, undefined)
const keys = async () =>
  (await servers.node.command('KEYS', '*')).split('\r\n').filter((line) => !/^[$*]/.test(line) && line !== '')

describe('what is sent', () => {
  test('is one script call for all that is asked in one turn, of whomever', async () => {
    const set = opened.counters.prepare([limitOf('a', 9), limitOf('b', 9), limitOf('c', 9)])
    await set.charge([subject('1'), subject('2'), subject('3')], [1, 1, 1])
    const before = opened.counters.sent.calls
    await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        set.charge([subject(`x${at}`), subject('y'), subject(`z${at}`)], [1, 1, 1]),
      ),
    )
    expect(opened.counters.sent.calls - before).toBe(1)
  })

  test('says nothing of subjects to whoever reads Redis', async () => {
    await servers.node.command('FLUSHALL')
    const who = subject('e15:ada@example.com')
    const penalty = { after: 1, withinMs: 1000, banMs: [60_000], forgetMs: 60_000 }
    const limits = [limitOf('d', 1), limitOf('e', 1, { algorithm: 'penalty', penalty })]
    const set = opened.counters.prepare(limits)
    for (let tries = 0; tries < 3; tries++) await set.charge([who, who], [1, 1])
    await opened.counters.overrides.set({ principal: 'ada@example.com', tier: 'pro' })
    await expect.poll(() => opened.counters.bans()).toHaveLength(1)
    const all = await keys()
    const dumped = await Promise.all(all.map((key) => servers.node.command('DUMP', key).catch(() => '')))
    expect(`${all.join()}${dumped.join()}`).not.toContain('ada')
    expect(await opened.counters.overrides.list()).toEqual([{ principal: 'ada@example.com', tier: 'pro' }])
  })

  test('gives every key its time to live', async () => {
    await servers.node.command('FLUSHALL')
    const { counters } = opened
    const algorithms = ['gcra', 'sliding-window', 'fixed-window', 'strict', 'penalty'] as const
    const penalty = { after: 2, withinMs: 1000, banMs: [60_000], forgetMs: 60_000 }
    const calendar = { unit: 'month', zone: 'Asia/Kolkata' } as const
    const set = counters.prepare(algorithms.map((each) => limitOf(each, 2, { algorithm: each, penalty, calendar })))
    const who = new Subject('1', undefined, subject('2'))
    const all = algorithms.map(() => who)
    const ones = algorithms.map(() => 1)
    for (let tries = 0; tries < 6; tries++) await set.charge(all, ones)
    await set.debit(all, ones)
    await set.remember(all, 1000)
    await (await set.reserve(all, ones)).refund()
    await counters.overrides.set({ principal: 'p', tier: 'pro' })
    await counters.pulse()
    await counters.prepareLeases([{ id: 'l', name: 'l', most: 1, leaseMs: 1000 }]).acquire([who])
    const left = await Promise.all(
      (await keys()).map(async (key) => [key, Number(await servers.node.command('PTTL', key))] as const),
    )
    expect(left.length).toBeGreaterThan(8)
    expect(left.filter(([, ms]) => ms <= 0)).toEqual([])
    // What is charged late goes into the next month.
    const months = 63 * 86_400_000
    expect(left.filter(([key, ms]) => ms > months && !/overrides|epochs/.test(key))).toEqual([])
  })

  test('holds large numbers in full', async () => {
    const set = opened.counters.prepare([limitOf('large', 9973, { windowMs: 366 * 86_400_000 })])
    const who = subject('large')
    await set.charge([who], [9972])
    expect((await set.read([who]))[0]?.remaining).toBe(1)
    await set.charge([who], [1])
    expect((await set.charge([who], [1]))[0]?.admits).toBe(false)
  })
})

describe('processes', () => {
  test('are counted while they ask, and told when what they remember is void', async () => {
    const other = openCounters(servers.node)
    const first = await opened.counters.pulse()
    const second = await other.counters.pulse()
    expect([first.instances, second.instances]).toEqual([1, 2])
    expect(second.generation).toBe(first.generation)
    await other.counters.prepare([limitOf('g', 1)]).forget([subject('1')])
    expect((await opened.counters.pulse()).generation).toBeGreaterThan(first.generation)
    await other.close()
  })

  test('learn of overrides at once, from whichever of them it is', async () => {
    const other = openCounters(servers.node)
    const tiers: (string | undefined)[] = []
    const end = opened.counters.overrides.watch((all) =>
      tiers.push(all.find(({ principal }) => principal === 'q')?.tier),
    )
    await opened.counters.ready()
    await other.counters.overrides.set({ principal: 'q', tier: 'pro' })
    await expect.poll(() => tiers.at(-1), { timeout: 1000 }).toBe('pro')
    await other.counters.overrides.remove('q')
    await expect.poll(() => tiers.at(-1), { timeout: 1000 }).toBeUndefined()
    end()
    await other.close()
  })

  test('that die leave their places within the time of a lease, and those that live keep theirs', async () => {
    const [dead, alive] = [openCounters(servers.node), openCounters(servers.node)]
    const limit = { id: 'places', name: 'places', most: 2, leaseMs: 150 }
    const acquire = async () => (await alive.counters.prepareLeases([limit]).acquire([subject('1')])).refusedBy
    await dead.counters.prepareLeases([limit]).acquire([subject('1')])
    expect(await acquire()).toBeUndefined()
    expect(await acquire()).toBe(limit)
    // As a crash would: nothing is given back, and nothing renewed.
    dead.client.disconnect()
    await expect.poll(acquire, { timeout: 1000 }).toBeUndefined()
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(await acquire()).toBe(limit)
    await alive.close()
  })
})

describe('clients', () => {
  const decides = async (client: RedisClient, prefix: string) => {
    const counters = new RedisCounters({ client, prefix })
    counters.attach(hostOf())
    await counters.ready()
    const set = counters.prepare([limitOf('a', 2), limitOf('b', 1)])
    const who = [subject('1'), subject('2')]
    const admitted = []
    for (let tries = 0; tries < 3; tries++) admitted.push((await set.charge(who, [1, 1])).every(({ admits }) => admits))
    await counters.reset()
    admitted.push((await set.charge(who, [1, 1])).every(({ admits }) => admits))
    await counters.close()
    return admitted
  }
  const expected = [true, false, false, true]

  test('may be of ioredis, with a prefix and pipelines of their own', async () => {
    const client = new Redis(servers.node.port, { keyPrefix: 'own:', enableAutoPipelining: true })
    expect(await decides(client, 'm1:')).toEqual(expected)
    client.disconnect()
  })

  test('may be of node-redis, connected or not', async () => {
    const client = createClient({ url: servers.node.url })
    expect(await decides(client, 'm2:')).toEqual(expected)
    expect(client.isOpen).toBe(true)
    client.destroy()
  })

  test.each([[undefined], [null], ['redis://127.0.0.1'], [{}], [{ get: () => {} }]])('may not be %j', (client) => {
    expect(() => new RedisCounters({ client: client as unknown as RedisClient })).toThrow(
      'redisCounters: expected a client of ioredis (new Redis() or new Cluster()) or of node-redis (createClient())',
    )
  })

  test('with a prefix that would move keys to other slots are refused', () => {
    expect(() => new RedisCounters({ client: opened.client, prefix: '{a}' })).toThrow(
      'expected a prefix without braces',
    )
  })

  test('without a secret decide nothing, and say why', () => {
    const counters = new RedisCounters({ client: opened.client })
    expect(() => counters.prepare([limitOf('a', 1)]).charge([subject('1')], [1])).toThrow('expected a secret')
  })
})
