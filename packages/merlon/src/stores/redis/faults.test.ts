import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openRedis, openReplicated, type RedisServer, type RedisServers } from '../../../../../scripts/redis.ts'
import { type Reading, Subject } from '../../contract/counters.ts'
import { limitOf, openCounters } from './opened.fixture.ts'

let servers: RedisServers & { readonly node: RedisServer }
let opened: ReturnType<typeof openCounters>
const unhandled: unknown[] = []
const note = (error: unknown) => unhandled.push(error)

beforeAll(async () => {
  process.on('unhandledRejection', note)
  servers = await openRedis()
})

beforeEach(() => {
  opened = openCounters(servers.node)
})

afterEach(async () => {
  await opened.close()
  expect(unhandled).toEqual([])
})

afterAll(async () => {
  process.off('unhandledRejection', note)
  await servers.stop()
})

let made = 0
const fresh = () => new Subject(`a9:fresh${++made}`, undefined)

/** What became of charges that were sent all at once. */
async function outcomes(charges: readonly Promise<Reading[]>[]) {
  const settled = await Promise.allSettled(charges)
  return settled.map((each) => (each.status === 'rejected' ? String(each.reason) : each.value[0]?.admits))
}

describe('while Redis forgets', () => {
  test('scripts, they are sent again, and nothing is charged twice', async () => {
    const set = opened.counters.prepare([limitOf('a', 300)])
    const who = fresh()
    let admitted = 0
    for (let round = 0; round < 20; round++) {
      const asked = Array.from({ length: 10 }, () => set.charge([who], [1]))
      const [, answers] = await Promise.all([servers.node.command('SCRIPT', 'FLUSH'), outcomes(asked)])
      admitted += answers.filter((each) => each === true).length
    }
    expect(admitted).toBe(200)
    expect((await set.read([who]))[0]?.remaining).toBe(100)
  })

  test('everything, everybody starts anew, and nothing fails', async () => {
    const set = opened.counters.prepare([limitOf('b', 5)])
    const who = fresh()
    expect(await outcomes(Array.from({ length: 6 }, () => set.charge([who], [1])))).toContain(false)
    await servers.node.command('FLUSHALL')
    expect(await outcomes([set.charge([who], [1])])).toEqual([true])
    const reservation = await set.reserve([who], [4])
    await servers.node.command('FLUSHALL')
    await reservation.refund()
    expect((await set.read([who]))[0]?.remaining).toBe(5)
  })
})

describe('what fails alone', () => {
  const decided = async (spoil: (key: string) => Promise<unknown>, algorithm: 'gcra' | 'strict') => {
    const set = opened.counters.prepare([limitOf(`c-${algorithm}`, 5, { algorithm })])
    const [spoiled, sound] = [fresh(), fresh()]
    await set.charge([spoiled], [1])
    const keys = (await servers.node.command('KEYS', 'merlon:*')).split('\r\n').filter((line) => line.startsWith('m'))
    expect(keys).toHaveLength(1)
    await spoil(keys[0] as string)
    return outcomes([sound, spoiled, sound].map((who) => set.charge([who], [1])))
  }

  beforeEach(() => servers.node.command('FLUSHALL'))

  test('is a key of another type', async () => {
    const answers = await decided(async (key) => {
      await servers.node.command('DEL', key)
      await servers.node.command('RPUSH', key, 'x')
    }, 'gcra')
    expect(answers).toEqual([true, expect.stringContaining('WRONGTYPE'), true])
  })

  test('is a value that means nothing', async () => {
    const answers = await decided((key) => servers.node.command('SET', key, 'x'), 'gcra')
    expect(answers).toEqual([true, expect.stringContaining('redis: '), true])
  })

  test('a limit of a set whose other is spoiled is not charged', async () => {
    const [one, two] = [limitOf('d', 5), limitOf('e', 5)]
    const [ann, ben] = [fresh(), fresh()]
    await opened.counters.prepare([two]).charge([ben], [1])
    const [key = ''] = (await servers.node.command('KEYS', 'merlon:*')).split('\r\n').filter((line) => line[0] === 'm')
    await servers.node.command('DEL', key)
    await servers.node.command('RPUSH', key, 'x')
    await expect(opened.counters.prepare([one, two]).charge([ann, ben], [1, 1])).rejects.toThrow('WRONGTYPE')
    expect((await opened.counters.prepare([one]).read([ann]))[0]?.remaining).toBe(5)
  })
})

describe('while Redis cannot write', () => {
  test('for want of memory, each decision is rejected, and none is charged in part', async () => {
    const set = opened.counters.prepare([limitOf('f', 5), limitOf('g', 5)])
    const who = fresh()
    await set.charge([who, who], [1, 1])
    await servers.node.command('CONFIG', 'SET', 'maxmemory', '1')
    try {
      expect(await outcomes([set.charge([who, who], [1, 1])])).toEqual([expect.stringContaining('OOM')])
    } finally {
      await servers.node.command('CONFIG', 'SET', 'maxmemory', '0')
    }
    expect((await set.read([who, who])).map(({ remaining }) => remaining)).toEqual([4, 4])
  })

  test('because it does not answer, decisions are rejected within a second', async () => {
    const set = opened.counters.prepare([limitOf('h', 5)])
    await set.charge([fresh()], [1])
    servers.node.pause()
    const start = performance.now()
    try {
      expect(await outcomes([set.charge([fresh()], [1])])).toEqual([expect.stringContaining('no answer within')])
    } finally {
      servers.node.resume()
    }
    expect(performance.now() - start).toBeLessThan(1500)
    expect(await outcomes([set.charge([fresh()], [1])])).toEqual([true])
  })

  test('because it is gone, decisions are rejected in time, and go on once it is back', async () => {
    const set = opened.counters.prepare([limitOf('i', 5)])
    await set.charge([fresh()], [1])
    await servers.node.kill()
    const start = performance.now()
    const [answer] = await outcomes([set.charge([fresh()], [1])])
    expect(answer).toBeTypeOf('string')
    expect(performance.now() - start).toBeLessThan(1500)
    await servers.node.restart()
    await expect.poll(() => outcomes([set.charge([fresh()], [1])]), { timeout: 3000 }).toEqual([true])
  })

  test('more than so many wait for nobody: the next is refused at once, in bounded memory', async () => {
    const set = opened.counters.prepare([limitOf('j', 5)])
    servers.node.pause()
    try {
      const first = Array.from({ length: 20_000 }, () => set.charge([fresh()], [1]).catch(() => 'late'))
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(() => set.charge([fresh()], [1])).toThrow('20000 decisions wait')
      expect(new Set(await Promise.all(first))).toEqual(new Set(['late']))
    } finally {
      servers.node.resume()
    }
  })
})

describe('when a replica takes over', () => {
  test('it refuses until it is the primary, counts on from what it has, and clamps what lies beyond reason', async () => {
    const pair = await openReplicated()
    const after = openCounters(pair.replica)
    const before = openCounters(pair.primary)
    try {
      const limit = limitOf('k', 3)
      const who = fresh()
      await before.counters.prepare([limit]).charge([who], [2])
      const set = after.counters.prepare([limit])
      await expect.poll(async () => (await set.read([who]))[0]?.remaining).toBe(1)
      expect(await outcomes([set.charge([who], [1])])).toEqual([expect.stringContaining('READONLY')])
      await pair.primary.kill()
      await pair.replica.command('REPLICAOF', 'NO', 'ONE')
      expect(await outcomes([set.charge([who], [1]), set.charge([who], [1])])).toEqual([true, false])

      const [key = ''] = (await pair.replica.command('KEYS', 'merlon:*'))
        .split('\r\n')
        .filter((line) => line[0] === 'm')
      await pair.replica.command('SET', key, '9007199254740991')
      const [reading] = await set.read([who])
      expect(reading?.resetMs).toBeLessThanOrEqual(2 * limit.windowMs)
    } finally {
      await Promise.all([before.close(), after.close()])
      await pair.stop()
    }
  })
})
