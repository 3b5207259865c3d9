import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Gateway, serve } from '@merlon/gateway'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../run.ts'
import { fakeTerminal } from '../terminal.fixture.ts'
import { durationText } from './text.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }
let folder: string
let gateway: Gateway
let token: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'merlon-cli-'))
  token = join(folder, 'admin-token')
  gateway = await serve({
    policy: {
      client: { proxies: '127.0.0.1' },
      transport: 'off',
      limits: { general: '2/15m', penalty: { after: 50, within: '10m', ban: '1m' } },
    },
    upstream: 'http://127.0.0.1:9',
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    adminToken: token,
    log,
  })
})

afterEach(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

const visit = async (from: string) => (await fetch(gateway.address, { headers: { 'x-forwarded-for': from } })).status

async function limits(...words: string[]) {
  const terminal = fakeTerminal()
  const desk = ['--admin', gateway.adminAddress ?? '', '--admin-token', token]
  const code = await run(['limits', ...words.slice(0, 1), ...desk, ...words.slice(1)], terminal)
  return { code, out: terminal.out.text, err: terminal.errors }
}

describe('merlon limits', () => {
  test('shows how a client stands, and who was refused', async () => {
    for (let at = 0; at < 3; at++) await visit('203.0.113.7')
    expect((await limits('show', '203.0.113.7')).out).toMatch(
      /^general {2}0 of 2 in 15m left {2}next in 7m (29|30)s\n$/,
    )
    expect((await limits('show', '203.0.113.8')).out).toBe('general  2 of 2 in 15m left\n')
    expect((await limits('top')).out).toBe('203.0.113.7  1 refused\n')
    const { out } = await limits('show', '203.0.113.7', '--json')
    expect(JSON.parse(out)).toMatchObject([{ limit: 'general', remaining: 0 }])
  })

  test('resets, bans and lifts', async () => {
    for (let at = 0; at < 3; at++) await visit('203.0.113.7')
    expect((await limits('reset', '203.0.113.7')).out).toBe('203.0.113.7 owes nothing any more.\n')
    expect(await visit('203.0.113.7')).toBe(502)
    expect((await limits('ban', '203.0.113.7', '--for', '2h')).out).toBe('203.0.113.7 is banned for 2h.\n')
    expect(await visit('203.0.113.7')).toBe(429)
    expect((await limits('bans')).out).toMatch(/^203\.0\.113\.7 {2}by penalty {2}for (2h|1h 59m) more\n$/)
    expect((await limits('unban', '203.0.113.7')).out).toBe('203.0.113.7 is not banned any more.\n')
    expect(await visit('203.0.113.7')).toBe(502)
    expect((await limits('bans')).out).toBe('Nobody is banned.\n')
  })

  test('says what is wrong, and ends with 2', async () => {
    expect(await limits('show', 'nobody')).toMatchObject({
      code: 2,
      err: expect.stringContaining('expected an address'),
    })
    expect(await limits('ban', '203.0.113.7', '--for', '5')).toMatchObject({ code: 2 })
    writeFileSync(token, 'A'.repeat(43))
    chmodSync(token, 0o600)
    expect((await limits('bans')).err).toContain("is not that gateway's")
    rmSync(token)
    expect((await limits('bans')).err).toContain('cannot be read: a gateway makes it when it starts')
  })

  test('says where no gateway answers', async () => {
    const terminal = fakeTerminal()
    const words = ['limits', 'bans', '--admin', 'http://127.0.0.1:9', '--admin-token', token]
    expect(await run(words, terminal)).toBe(2)
    expect(terminal.errors).toContain('no gateway answers at http://127.0.0.1:9')
  })
})

test.each([
  [0, '0s'],
  [1, '1s'],
  [90_000, '1m 30s'],
  [3_600_000, '1h'],
  [90_061_000, '1d 1h'],
])('%i ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})
