import { describe, expect, test } from 'vitest'
import { recorder } from '../adapters/node/server.fixture.ts'
import { type GuardOptions, merlon } from '../fetch.ts'

const FOREIGN = { origin: 'https://evil.example' }

function open(policy: Parameters<typeof merlon>[0], options: GuardOptions = {}) {
  const { log, lines } = recorder()
  const guard = merlon(policy, { log, env: {}, ...options })
  const handle = guard.fetch(async (request: Request) => new Response(await request.text()), {
    peer: () => '203.0.113.7',
  })
  const send = (path = '/', init: RequestInit = {}) => handle(new Request(`https://api.example${path}`, init))
  return { guard, send, lines }
}

const post = (body: string) => ({ method: 'POST', body })

describe('skip', () => {
  test('lets a request off all that can be left out, and nothing else', async () => {
    const { send } = open(
      { limits: '1/1h', size: '10b', client: { deny: ['192.0.2.0/24'] } },
      { skip: ({ path, header }) => path.startsWith('/probe') || header('X-Probe') === 'yes' },
    )
    for (let nth = 0; nth < 3; nth++) {
      const got = await send('/probe', { ...post('more than ten bytes'), headers: FOREIGN })
      expect([got.status, got.headers.get('x-content-type-options')]).toEqual([200, 'nosniff'])
      expect(got.headers.get('access-control-allow-origin')).toBeNull()
    }
    expect((await send('/', { ...post('more than ten bytes'), headers: { 'X-Probe': 'yes' } })).status).toBe(200)
    // Framing and paths are never left out.
    expect((await send('/probe%2f', { headers: { 'X-Probe': 'yes' } })).status).toBe(400)
    expect((await send('/', post('more than ten bytes'))).status).toBe(413)
  })

  test('never lets off a denied address', async () => {
    const { send } = open({ client: { deny: ['203.0.113.7'] } }, { skip: () => true })
    expect((await send()).status).toBe(403)
  })

  test('can name what is left out', async () => {
    const { send } = open({ limits: '1/1h', size: '10b' }, { skip: () => ['limits'] })
    await send()
    expect((await send()).status).toBe(200)
    expect((await send('/', post('more than ten bytes'))).status).toBe(413)
  })

  test('is asked once a request, and for inline routes too', async () => {
    let asked = 0
    const { log } = recorder()
    const guard = merlon(
      { limits: { account: { rate: '5/1h', by: { body: 'email' } } } },
      {
        log,
        env: {},
        skip: ({ route }) => {
          asked++
          return route === '*'
        },
      },
    )
    const inner = guard.route({ limits: '1/1h' }, () => new Response('in'))
    const handle = guard.fetch(inner, { peer: () => '203.0.113.7' })
    for (let nth = 1; nth < 4; nth++) {
      expect((await handle(new Request('https://api.example/', post('{}')))).status).toBe(200)
      expect(asked).toBe(nth)
    }
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['promises', async () => true],
    ['gives something else', () => 'yes'],
  ])('one that %s lets nobody off, and says so', async (_, skip) => {
    const { send, lines } = open({ limits: '1/1h' }, { skip: skip as never })
    await send()
    expect((await send()).status).toBe(429)
    expect(lines.some(({ fields }) => fields['hook'] === 'skip')).toBe(true)
  })
})

describe('onRefuse', () => {
  test('sees each refusal as it goes out', async () => {
    const seen: unknown[] = []
    const { send } = open(
      { limits: '1/1h' },
      { onRefuse: (problem, { client, path }) => void seen.push([problem, client.address, path]) },
    )
    await send()
    const answer = await send('/books')
    const { requestId } = (await answer.json()) as { requestId: string }
    expect(seen).toEqual([
      [
        expect.objectContaining({ code: 'rate-limited', status: 429, requestId, reason: 'limits: general' }),
        '203.0.113.7',
        '/books',
      ],
    ])
  })

  test('can give other words, which no message of the policy stands over', async () => {
    const messages = { 'rate-limited': { en: { title: 'Slow down' } } }
    const { send } = open(
      { limits: '1/1h', errors: { messages } },
      {
        onRefuse: ({ code }) =>
          code === 'rate-limited' ? { detail: 'Ask for more at sales.', members: { plan: 'free' } } : undefined,
      },
    )
    await send()
    const answer = await send()
    expect(answer.status).toBe(429)
    expect(await answer.json()).toMatchObject({
      detail: 'Ask for more at sales.',
      plan: 'free',
      'violated-policies': ['general'],
    })
  })

  test('can give another body: a page for browsers', async () => {
    const onRefuse: GuardOptions['onRefuse'] = (_, { header }) =>
      header('accept')?.includes('text/html') ? { body: '<h1>Later</h1>', contentType: 'text/html' } : undefined
    const { send } = open({ limits: '1/1h' }, { onRefuse })
    await send()
    const page = await send('/', { headers: { accept: 'text/html' } })
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      429,
      'text/html',
      '<h1>Later</h1>',
    ])
    expect(page.headers.get('retry-after')).toBe('3600')
    expect((await send()).headers.get('content-type')).toBe('application/problem+json')
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['gives a type that would begin a header', () => ({ body: 'x', contentType: 'a\r\nSet-Cookie: b=c' })],
  ])('one that %s leaves the refusal as it was', async (_, onRefuse) => {
    const { send, lines } = open({ limits: '1/1h' }, { onRefuse })
    await send()
    expect(await (await send()).json()).toMatchObject({ status: 429 })
    expect(lines.some(({ fields }) => fields['hook'] === 'onRefuse')).toBe(true)
  })
})

describe('events', () => {
  test('tell of what was admitted, once the handler’s turn has come', async () => {
    const { guard, send } = open({ limits: { general: '2/1h', account: { rate: '9/1h', by: { body: 'email' } } } })
    const told: unknown[] = []
    const stop = guard.on('admitted', (event) => told.push(event))
    const json = { 'content-type': 'application/json' }
    await send('/login', { ...post('{"email":"ada@shop.example"}'), headers: json })
    expect(told).toEqual([
      { requestId: expect.any(String), client: '203.0.113.7', method: 'POST', path: '/login', route: '*' },
    ])
    await send('/login', { ...post('{}'), headers: json })
    stop()
    await send('/login', { ...post('{"email":"ada@shop.example"}'), headers: json })
    expect(told).toHaveLength(1)
  })
})
