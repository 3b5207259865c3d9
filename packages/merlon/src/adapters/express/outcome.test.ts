import express from 'express'
import { describe, expect, test } from 'vitest'
import { limit, merlon } from '../../express.ts'
import { json, recorder, serve } from '../node/server.fixture.ts'

describe('outcomes in Express', () => {
  const guarded = (policy: Parameters<typeof merlon>[0] = {}) => {
    const { log } = recorder()
    const guard = merlon(policy, { log, env: {} })
    const app = express()
    app.use(guard)
    return { app, guard }
  }
  const login = (password: string, email = 'ada@example.com') => ({
    method: 'POST',
    path: '/login',
    ...json({ email, password }),
  })

  test('a sign-in by its preset, where the route is defined', async () => {
    const { app, guard } = guarded({ transport: { http: 'allow' } })
    app.post('/login', express.json(), guard.route({ limits: 'login' }), (req, res) => {
      res.sendStatus(req.body.password === 'right' ? 200 : 401)
    })
    const send = await serve(app)
    for (let at = 0; at < 7; at++) expect((await send(login('right'))).status).toBe(200)
    for (let at = 0; at < 5; at++) expect((await send(login('wrong'))).status).toBe(401)
    expect((await send(login('right'))).status).toBe(429)
  })

  test('a handler gives back and charges, in the policy’s limits and its own', async () => {
    const { app, guard } = guarded({
      transport: { http: 'allow' },
      limits: { general: { rate: '3/1h', counts: 'handler' }, tokens: '100/1h' },
    })
    app.get('/free', guard.route({ limits: { mine: { rate: '2/1h', counts: 'handler' } } }), (req, res) => {
      req.merlon.limits.refund()
      res.json(req.merlon.limits.readings.map(({ name, remaining }) => [name, remaining]))
    })
    app.get('/dear', (req, res) => {
      req.merlon.limits.charge(99, 'tokens')
      res.send('dear')
    })
    app.get('/wrong', (req, res) => {
      expect(() => req.merlon.limits.refund('nothing')).toThrow(/"general", "tokens", got "nothing"/)
      expect(() => req.merlon.limits.refund('tokens')).toThrow(/counts every request/)
      res.send('wrong')
    })
    app.use(guard.errors)
    const send = await serve(app)
    for (let at = 0; at < 5; at++) {
      const { status, text } = await send({ path: '/free' })
      expect([status, JSON.parse(text)]).toEqual([
        200,
        [
          ['general', 2],
          ['tokens', 99 - at],
          ['mine', 1],
        ],
      ])
    }
    expect((await send({ path: '/wrong' })).status).toBe(200)
    expect((await send({ path: '/dear' })).status).toBe(200)
    expect(JSON.parse((await send({ path: '/free' })).text)).toMatchObject({ 'violated-policies': ['tokens'] })
  })

  test('one limit alone settles as well', async () => {
    const app = express()
    app.get('/x', limit({ rate: '2/1h', counts: 'failures' }), (req, res) => {
      res.sendStatus(req.query['ok'] === undefined ? 404 : 200)
    })
    const send = await serve(app)
    for (let at = 0; at < 5; at++) expect((await send({ path: '/x?ok' })).status).toBe(200)
    expect([(await send({ path: '/x' })).status, (await send({ path: '/x' })).status]).toEqual([404, 404])
    expect((await send({ path: '/x?ok' })).status).toBe(429)
  })

  test('a client that goes away before the answer has guessed all the same', async () => {
    const { app, guard } = guarded({ transport: { http: 'allow' }, routes: { 'POST /login': { limits: 'login' } } })
    let tried = 0
    let leave = () => {}
    app.post('/login', (_req, res) => {
      tried++
      res.once('close', () => res.sendStatus(401))
      leave()
    })
    app.use(guard.errors)
    const server = app.listen(0)
    try {
      const { port } = server.address() as { port: number }
      for (let at = 0; at < 8; at++) {
        const controller = new AbortController()
        leave = () => controller.abort()
        await fetch(`http://127.0.0.1:${port}/login`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ email: 'ada@example.com', password: String(at) }),
          signal: controller.signal,
        }).catch(() => {})
      }
      expect(tried).toBe(5)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
