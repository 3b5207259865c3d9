import { mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Gateway, serve } from '../index.ts'
import { silentLog } from '../testing/silent-log.ts'
import { openToken } from './token.ts'
import { TopClients } from './top-clients.ts'

const policy = {
  client: { proxies: '127.0.0.1' },
  transport: 'off' as const,
  limits: { general: '3/15m', penalty: { after: 100, within: '10m', ban: '1m' } },
}

let gateway: Gateway
let token: string
let file: string

beforeEach(async () => {
  file = join(mkdtempSync(join(tmpdir(), 'merlon-')), 'state', 'admin-token')
  const upstream = 'http://127.0.0.1:9'
  gateway = await serve({
    policy,
    upstream,
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    adminToken: file,
    log: silentLog,
  })
  token = readFileSync(file, 'utf8').trim()
})

afterEach(() => gateway.close())

const visit = (from: string) => fetch(gateway.address, { headers: { 'x-forwarded-for': from } })

async function admin(path: string, method = 'GET', authorization: string | undefined = `Bearer ${token}`) {
  const headers = authorization === undefined ? {} : { authorization }
  const response = await fetch(`${gateway.adminAddress}${path}`, { method, headers })
  return { status: response.status, body: await response.text() }
}

describe('limits for operators', () => {
  test('show, reset, ban and lift over HTTP', async () => {
    for (let at = 0; at < 4; at++) await visit('203.0.113.7')
    const shown = JSON.parse((await admin('/limits?client=203.0.113.7')).body)
    expect(shown).toMatchObject([{ limit: 'general', quota: 3, remaining: 0 }])
    expect(JSON.parse((await admin('/top')).body)).toContainEqual({ client: '203.0.113.7', refused: 1, error: 0 })
    expect((await admin('/limits?client=203.0.113.7', 'DELETE')).status).toBe(200)
    expect((await visit('203.0.113.7')).status).toBe(502)
    expect((await admin('/bans?client=203.0.113.8&for=60000', 'PUT')).status).toBe(200)
    expect((await visit('203.0.113.8')).status).toBe(429)
    expect(JSON.parse((await admin('/bans')).body)).toMatchObject([{ subject: 'a11:203.0.113.8', limit: 'penalty' }])
    await admin('/bans?client=203.0.113.8', 'DELETE')
    expect((await visit('203.0.113.8')).status).toBe(502)
  })

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer x',
    'Basic YTpi',
    `Bearer ${'A'.repeat(43)}`,
    `Bearer ${'A'.repeat(4000)}`,
  ])('do and tell nothing with %j for a token', async (authorization) => {
    const paths = [
      ['GET', '/limits?client=203.0.113.7'],
      ['DELETE', '/limits?client=203.0.113.7'],
      ['PUT', '/bans?client=203.0.113.7&for=1000'],
      ['GET', '/bans'],
      ['GET', '/top'],
    ] as const
    for (const [method, path] of paths) {
      const headers = authorization === undefined ? {} : { authorization }
      const { status } = await fetch(`${gateway.adminAddress}${path}`, { method, headers })
      // Node itself refuses a head that is too long.
      expect([401, 431]).toContain(status)
    }
    expect((await visit('203.0.113.7')).status).toBe(502)
  })

  test.each(['', 'me', '203.0.113.7&for=0', '203.0.113.7&for=1h', '203.0.113.7&for=9999999999999999'])(
    'say what is wrong with %j',
    async (client) => {
      const { status, body } = await admin(`/bans?client=${client}`, 'PUT')
      expect(status).toBe(400)
      expect(body).toContain('expected ')
    },
  )
})

test('metrics tell of each limit, and no client makes a series', async () => {
  for (let at = 0; at < 4; at++) await visit('203.0.113.7')
  await visit('203.0.113.8')
  const { body } = await admin('/metrics', 'GET', undefined)
  expect(body).toContain('merlon_limit_decisions_total{limit="general",outcome="admitted"} 4')
  expect(body).toContain('merlon_limit_decisions_total{limit="general",outcome="refused"} 1')
  expect(body).toContain('merlon_requests_total{route="*",outcome="rate-limited"} 1')
  expect(body).toContain('merlon_limit_decision_seconds_count')
  expect(body).not.toContain('203.0.113')
})

describe('the token', () => {
  test('is made once, for its owner alone', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(openToken(file).isIn(`Bearer ${token}`)).toBe(true)
    expect(openToken(file).isIn(`Bearer ${token.slice(0, -1)}`)).toBe(false)
  })

  test('is not taken from a file that others may read, from a link, or from what is no token', () => {
    const folder = mkdtempSync(join(tmpdir(), 'merlon-'))
    const open = join(folder, 'open')
    writeFileSync(open, token, { mode: 0o644 })
    expect(() => openToken(open)).toThrow('chmod 600')
    const link = join(folder, 'link')
    symlinkSync(file, link)
    expect(() => openToken(link)).toThrow('only its owner may read')
    const other = join(folder, 'other')
    writeFileSync(other, 'secret', { mode: 0o600 })
    expect(() => openToken(other)).toThrow('that the gateway has made')
  })
})

describe('who is refused most often', () => {
  test('is found among any number of others, in a bounded number of places', () => {
    const top = new TopClients()
    for (let at = 0; at < 100_000; at++) {
      top.note(`client ${at}`)
      if (at % 100 === 0) top.note('attacker')
    }
    const [first] = top.list()
    expect(first?.client).toBe('attacker')
    expect(first?.refused).toBeGreaterThanOrEqual(1000)
    expect(top.list(1_000_000)).toHaveLength(1000)
  })

  test('is counted exactly while there are few', () => {
    const top = new TopClients()
    for (const client of ['a', 'b', 'a', 'c', 'a', 'b']) top.note(client)
    expect(top.list()).toEqual([
      { client: 'a', refused: 3, error: 0 },
      { client: 'b', refused: 2, error: 0 },
      { client: 'c', refused: 1, error: 0 },
    ])
  })
})
