import { gzipSync } from 'node:zlib'
import express5 from 'express'
import express4 from 'express4'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { input, merlon } from '../../express.ts'
import { merlon as merlonNode, type NodeHandler } from '../../node.ts'
import { json, recorder, type Sent, serve } from '../node/server.fixture.ts'

const NewUser = z.object({ name: z.string() })
const section = { mode: 'observe', body: NewUser } as const

/** Who reads bytes by itself. */
const echo: NodeHandler = async (req, res) => {
  const chunks: Uint8Array[] = []
  for await (const chunk of req) chunks.push(chunk)
  res.end(Buffer.concat(chunks))
}

const sent = (body: string | Uint8Array, type = 'application/json', more: Record<string, string> = {}): Sent => ({
  method: 'POST',
  body,
  headers: { 'content-type': type, ...more },
})

/** What a client may send; what comes out of it has to be the same with and without the guard. */
const BODIES: readonly [string, Sent][] = [
  ['valid JSON', json({ name: 'Ada' })],
  ['other JSON', json({ name: 1, isAdmin: true })],
  ['what is no JSON', sent('{"name":')],
  ['a form', sent('name=Ada&x=1', 'application/x-www-form-urlencoded')],
  ['text', sent('hello', 'text/plain')],
  ['nothing', sent('')],
  ['in chunks', sent(`{"name":"${'a'.repeat(300_000)}"}`, 'application/json', { 'transfer-encoding': 'chunked' })],
  [
    'compressed',
    sent(gzipSync(`{"name":"${'ab'.repeat(200_000)}"}`), 'application/json', { 'content-encoding': 'gzip' }),
  ],
]

describe.each([
  ['Express 4', express4 as unknown as typeof express5],
  ['Express 5', express5],
])('input in observe in %s', (_name, express) => {
  const policies = { size: { mode: 'observe', body: '1mb' } } as const

  type App = ReturnType<typeof express5>
  const setups: readonly [string, (app: App, log: ReturnType<typeof recorder>['log']) => void][] = [
    [
      'a route of the policy',
      (app, log) => void app.use(merlon({ ...policies, routes: { 'POST /': { input: section } } }, { log, env: {} })),
    ],
    [
      'an inline route',
      (app, log) => {
        const guard = merlon(policies, { log, env: {} })
        app.use(guard, guard.route({ input: section }))
      },
    ],
    ['input by itself', (app, log) => void app.use(input(section, { log, env: {} }))],
  ]

  async function ask(setup: (typeof setups)[number][1] | undefined, rest: (app: App) => void) {
    const { log, lines } = recorder()
    const app = express()
    setup?.(app, log)
    rest(app)
    app.use(((error: { status?: number }, _req: unknown, res: express5.Response, _next: unknown) => {
      res.status(error.status ?? 500).send(String(error))
    }) as never)
    return { send: await serve(app), lines }
  }

  const parsing = (app: App) => {
    app.use(express.json({ limit: '1mb' }), express.urlencoded({ extended: true }), express.text())
    app.post('/', (req, res) => void res.json({ body: req.body, is: typeof req.body }))
  }
  const reading = (app: App) => void app.post('/', echo as never)

  describe.each(setups)('by %s', (_by, setup) => {
    test.each(BODIES)('%s comes to a parser as it would without', async (_what, body) => {
      const [bare, watched] = [await ask(undefined, parsing), await ask(setup, parsing)]
      const [expected, got] = [await bare.send(body), await watched.send(body)]
      expect([got.status, got.text]).toEqual([expected.status, expected.text])
    })

    test.each(BODIES.slice(0, 7))('%s comes whole to who reads it by itself', async (_what, body) => {
      const { send } = await ask(setup, reading)
      expect((await send(body)).text).toBe(String(body.body))
    })

    test('files come to whoever takes them apart', async () => {
      const { send } = await ask(setup, reading)
      const body = '--x\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n\r\nbytes\r\n--x--\r\n'
      expect((await send(sent(body, 'multipart/form-data; boundary=x'))).text).toBe(body)
    })

    test('what is not valid is reported all the same', async () => {
      const { send, lines } = await ask(setup, parsing)
      await send(json({ name: 'Ada' }))
      await send(json({ name: 1 }))
      const observed = lines.filter(({ fields }) => fields['event'] === 'observed')
      expect(observed.map(({ fields }) => fields['reason'])).toEqual(['input: body /name'])
    })
  })

  test('an inline route that observes takes what a parser has made of the body', async () => {
    const { log, lines } = recorder()
    const { send } = await ask(undefined, (app) => {
      const guard = merlon({}, { log, env: {} })
      app.use(guard, express.json())
      app.post('/', guard.route({ input: section }), (req, res) => void res.json(req.body))
    })
    expect((await send(json({ name: 1 }))).text).toBe('{"name":1}')
    expect(lines.filter(({ fields }) => fields['event'] === 'observed')).toHaveLength(1)
  })

  test('a schema after it that does not observe holds against parsers that come later', async () => {
    const { send } = await ask(undefined, (app) => {
      const options = { log: recorder().log, env: {} }
      app.use(input(section, options), input({ unknown: 'strip', body: NewUser }, options))
      parsing(app)
    })
    expect((await send(json({ name: 'Ada', isAdmin: true }))).text).toContain('{"name":"Ada"}')
  })

  test('a size that is not observed is refused as ever', async () => {
    const { send } = await ask(undefined, (app) => {
      app.use(merlon({ size: '1kb', input: section }, { log: recorder().log, env: {} }))
      parsing(app)
    })
    const large = `{"name":"${'a'.repeat(2000)}"}`
    expect((await send(sent(large, 'application/json', { 'transfer-encoding': 'chunked' }))).status).toBe(413)
  })
})

describe('input in observe on node:http', () => {
  test.each(BODIES.slice(0, 7))('%s comes whole to the handler', async (_what, body) => {
    const guard = merlonNode({ size: { mode: 'observe', body: '1mb' } }, { log: recorder().log, env: {} })
    for (const handler of [guard.listener(guard.route({ input: section }, echo)), guard.listener(echo)]) {
      expect((await (await serve(handler))(body)).text).toBe(String(body.body))
    }
  })

  test('also behind a slow step', async () => {
    const slow = z.object({}).refine(() => new Promise((resolve) => setTimeout(resolve, 20, true)))
    const guard = merlonNode({ size: '1mb' }, { log: recorder().log, env: {} })
    const inner = guard.route({ input: section }, echo)
    const send = await serve(guard.listener(guard.route({ input: { query: slow } }, inner)))
    for (const [, body] of [BODIES[1], BODIES[6], BODIES[0]] as typeof BODIES) {
      expect((await send(body)).text).toBe(String(body.body))
    }
    const [, compressed] = BODIES[7] as (typeof BODIES)[number]
    expect((await send(compressed)).text).toHaveLength(400_011)
  })
})
