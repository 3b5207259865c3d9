import { describe, expect, test } from 'vitest'
import { recorder, serve } from '../adapters/node/server.fixture.ts'
import { merlon as fetchGuard } from '../fetch.ts'
import { merlon } from '../node.ts'
import { expectAdmitted, expectRefused, type TestingOptions, testClock, testing } from '../testing.ts'

const STRICT = { limits: { general: '2/1h' } } as const

async function open(policy: Parameters<typeof merlon>[0], options: TestingOptions = {}) {
  const kit = testing(options)
  const guard = merlon(policy, { ...kit.options, log: recorder().log, env: {} })
  const send = await serve(guard.listener((req, res) => void res.end(req.merlon.client.address)))
  return { kit, send, from: (address: string) => send({ headers: kit.from(address) }) }
}

describe('limits', () => {
  test('are off unless a test asks for them, and answers tell of them still', async () => {
    const { send } = await open(STRICT)
    for (let nth = 0; nth < 5; nth++) await expectAdmitted(await send())
    expect((await send()).headers['ratelimit']).toBe('"general";r=2;t=0')
  })

  test('can be enforced, and the clock ends their windows', async () => {
    const { kit, send } = await open(STRICT, { limits: 'enforce', clock: testClock() })
    for (const _ of [1, 2]) await expectAdmitted(await send())
    await expectRefused(await send(), 'rate-limited')
    kit.clock.advance('30m')
    await expectAdmitted(await send())
    await expectRefused(await send(), 'rate-limited')
  })

  test('can be larger', async () => {
    const { send } = await open(STRICT, { limits: { times: 2 }, clock: testClock() })
    for (const _ of [1, 2, 3, 4]) await expectAdmitted(await send())
    await expectRefused(await send(), 'rate-limited')
  })

  test('are what they were at first after a reset, and nothing is counted', async () => {
    const { kit, send } = await open(STRICT)
    kit.limits = 'enforce'
    for (const _ of [1, 2]) await send()
    await expectRefused(await send())
    kit.reset()
    expect(kit.limits).toBe('off')
    await expectAdmitted(await send())
    kit.limits = 'enforce'
    await expectAdmitted(await send())
  })

  test('deadlines pass by the same clock, at once', async () => {
    const kit = testing({ clock: testClock() })
    const guard = fetchGuard({ deadline: '30s' }, { ...kit.options, log: recorder().log, env: {} })
    const answer = guard.fetch(() => new Promise(() => {}))(new Request('https://api.example/'))
    kit.clock.advance('29s')
    kit.clock.advance('2s')
    await expectRefused(await answer, 'deadline-exceeded')
  })

  test('of inline routes too', async () => {
    const kit = testing()
    const guard = fetchGuard({}, { ...kit.options, log: recorder().log, env: {} })
    const handle = guard.fetch(guard.route({ limits: '1/1h' }, () => new Response('in')))
    const ask = () => handle(new Request('https://api.example/'))
    for (const _ of [1, 2, 3]) await expectAdmitted(await ask())
    kit.limits = 'enforce'
    await ask()
    await expectRefused(await ask(), 'rate-limited')
  })
})

describe('clients', () => {
  test('can be anybody, each counted apart', async () => {
    const { send, from } = await open({ limits: '1/1h' }, { limits: 'enforce', clock: testClock() })
    expect((await from('203.0.113.7')).text).toBe('203.0.113.7')
    await expectRefused(await from('203.0.113.7'), 'rate-limited')
    expect((await from('2001:db8::7')).text).toBe('2001:db8::7')
    expect((await send()).text).toBe('127.0.0.1')
  })

  test('are held to the policy’s lists and proxies', async () => {
    const { send, kit, from } = await open({ client: { proxies: '10.0.0.0/8', deny: '192.0.2.0/24' } })
    await expectRefused(await from('192.0.2.9'), 'client-denied')
    const headers = { ...kit.from('10.0.0.1'), 'x-forwarded-for': '203.0.113.7' }
    expect((await send({ headers })).text).toBe('203.0.113.7')
  })

  test('of a fetch handler as well', async () => {
    const kit = testing()
    const guard = fetchGuard({}, { ...kit.options, log: recorder().log, env: {} })
    const handle = guard.fetch((request: Request) => new Response(guard.of(request)?.client.address))
    const answer = await handle(new Request('https://api.example/', { headers: kit.from('203.0.113.7') }))
    expect(await answer.text()).toBe('203.0.113.7')
  })

  test('nobody can be anybody where the kit is not there', async () => {
    const guard = merlon({}, { log: recorder().log, env: { NODE_ENV: 'test' } })
    const send = await serve(guard.listener((req, res) => void res.end(req.merlon.client.address)))
    expect((await send({ headers: testing().from('203.0.113.7') })).text).toBe('127.0.0.1')
  })

  test('have addresses', () => {
    expect(() => testing().from('somebody')).toThrow('expected an address such as "203.0.113.7"')
    expect(() => testing().from('1.2.3.4\r\nX: y')).toThrow('expected an address')
  })
})

describe('production', () => {
  const log = recorder().log

  test.each([['production'], ['staging'], ['prod'], ['live'], ['Test']])(
    'in %s a guard does not start with a kit',
    (name) => {
      for (const env of [{ NODE_ENV: name }, { MERLON_ENV: name, NODE_ENV: 'test' }]) {
        expect(() => merlon({}, { ...testing().options, log, env })).toThrow('given to a guard in production')
        expect(() => merlon({}, { ...testing({ force: true }).options, log, env })).not.toThrow()
      }
    },
  )

  test.each([['test'], ['development'], [undefined], ['']])('in %s it does', (name) => {
    expect(() => merlon({}, { ...testing().options, log, env: { NODE_ENV: name } })).not.toThrow()
  })

  test('a process that names no environment is a test’s, and the policy’s overlay for tests holds', () => {
    const policy = { limits: '1/1h', environments: { test: { cors: ['https://shop.example'] } } } as const
    const guard = fetchGuard(policy, { ...testing().options, log, env: {} })
    const handle = guard.fetch(() => new Response('in'))
    const request = new Request('https://api.example/', { headers: { origin: 'https://shop.example' } })
    return expect(handle(request)).resolves.toMatchObject({ status: 200 })
  })

  test('no text in a policy or a variable stands for the kit', () => {
    const options = JSON.parse(JSON.stringify(testing().options))
    expect(options).toEqual({})
  })
})

describe('the clock', () => {
  test('moves when it is told to, and sleepers wake', async () => {
    const clock = testClock({ at: '2026-03-01T00:00:00Z' })
    const woken: string[] = []
    const sleeping = clock.sleep(1000).then(() => woken.push('late'))
    clock.advance(999)
    await Promise.resolve()
    expect([clock.now(), new Date(clock.wall()).toISOString(), woken]).toEqual([999, '2026-03-01T00:00:00.999Z', []])
    clock.advance('1s')
    await sleeping
    expect(woken).toEqual(['late'])
  })

  test('a running one can be moved onwards too', async () => {
    const clock = testClock({ running: true })
    const sleeping = clock.sleep(60_000)
    clock.advance('2m')
    await sleeping
    expect(clock.now()).toBeGreaterThanOrEqual(120_000)
  })

  test('does not go back', () => {
    expect(() => testClock().advance(-1)).toThrow('expected milliseconds, or a duration such as "15m", got -1')
    expect(() => testClock().advance('1 hour')).toThrow('got "1 hour"')
    expect(() => testClock({ at: 'soon' })).toThrow('expected a date')
  })
})

test('limits are one of three', () => {
  for (const limits of ['on', { times: 0 }, { times: 1.5 }, null]) {
    expect(() => testing({ limits: limits as never })).toThrow('expected limits "off", "enforce" or { times: 10 }')
  }
})
