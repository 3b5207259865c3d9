import { describe, expect, test } from 'vitest'
import { merlon } from '../node.ts'
import { request } from './desk.fixture.ts'

const policy = {
  client: { proxies: 'none' as const },
  transport: 'off' as const,
  limits: {
    general: '5/15m',
    penalty: { after: 2, within: '10m', ban: ['1m', '10m'] },
  },
  routes: {
    'POST /login': { limits: { login: '2/15m', account: { rate: '3/1h', by: { body: 'email' } as const } } },
  },
}

describe('limits for operators', () => {
  test('show how a client stands in what counts by its address, and nothing that counts by other things', async () => {
    const guard = merlon(policy)
    for (let at = 0; at < 2; at++) await request(guard, '203.0.113.7', 'POST /login')
    const standings = await guard.limits.show('203.0.113.7')
    expect(standings.map(({ limit, remaining }) => [limit, remaining])).toEqual([
      ['general', 3],
      ['login@POST /login', 0],
    ])
    expect(standings[1]).toMatchObject({ quota: 2, windowMs: 900_000, penalty: false })
    expect(standings[1]?.retryMs).toBeGreaterThan(440_000)
    expect((await guard.limits.show('203.0.113.8')).map(({ remaining }) => remaining)).toEqual([5, 2])
  })

  test('reset a client, and nobody else', async () => {
    const guard = merlon(policy)
    for (const address of ['203.0.113.7', '203.0.113.8']) await request(guard, address, 'POST /login')
    await guard.limits.reset('203.0.113.7')
    expect((await guard.limits.show('203.0.113.7'))[0]?.remaining).toBe(5)
    expect((await guard.limits.show('203.0.113.8'))[0]?.remaining).toBe(4)
  })

  test('list, make and lift bans', async () => {
    const guard = merlon(policy)
    for (let at = 0; at < 4; at++) await request(guard, '203.0.113.7', 'POST /login')
    expect(await guard.limits.bans()).toMatchObject([{ subject: 'a11:203.0.113.7', limit: 'penalty', times: 1 }])
    const standings = await guard.limits.show('203.0.113.7')
    expect(standings.filter(({ penalty }) => penalty)).toMatchObject([{ limit: 'penalty' }])
    expect(await request(guard, '203.0.113.7', 'GET /')).toBe(429)
    await guard.limits.unban('203.0.113.7')
    expect(await request(guard, '203.0.113.7', 'GET /')).toBe(200)
    await guard.limits.ban('203.0.113.9', 60_000)
    expect(await request(guard, '203.0.113.9', 'GET /')).toBe(429)
    expect(await guard.limits.bans()).toMatchObject([{ subject: 'a11:203.0.113.9' }])
  })

  test('know an IPv6 client by its network, and principals by their ids', async () => {
    const guard = merlon(policy)
    await request(guard, '2001:db8:1:2::7', 'GET /')
    expect((await guard.limits.show('2001:db8:1:2:ffff::1'))[0]?.remaining).toBe(4)
    expect(await guard.limits.show('principal:user:42')).toEqual([])
  })

  test.each(['', 'nobody', 'principal:', '203.0.113.7/24', '1.2.3.4.5', '__proto__'])('%j is nobody', async (name) => {
    await expect(merlon(policy).limits.show(name)).rejects.toThrow('expected an address such as "203.0.113.7"')
  })

  test('refuse to ban where the policy has nothing to ban by, and for no time', async () => {
    await expect(merlon({}).limits.ban('203.0.113.7', 1000)).rejects.toThrow('write limits: { penalty:')
    await expect(merlon(policy).limits.ban('203.0.113.7', Number.NaN)).rejects.toThrow('whole milliseconds')
  })

  test('change a principal’s rate without a restart', async () => {
    const guard = merlon(
      { ...policy, limits: { general: { rate: '2/1m', by: 'principal' as const } }, principal: { use: 'who' } },
      { code: { who: () => ({ id: 'user:1' }) } },
    )
    expect([await request(guard, '203.0.113.7', 'GET /'), await request(guard, '203.0.113.7', 'GET /')]).toEqual([
      200, 200,
    ])
    expect(await request(guard, '203.0.113.7', 'GET /')).toBe(429)
    await guard.limits.overrides.set({ principal: 'user:1', limits: { general: { quota: 4, windowMs: 60_000 } } })
    expect(await request(guard, '203.0.113.7', 'GET /')).toBe(200)
  })
})
