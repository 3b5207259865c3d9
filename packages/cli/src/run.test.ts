import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from './run.ts'
import { fakeTerminal } from './terminal.fixture.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'merlon-cli-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function upstream(): Promise<{ url: string; close(): void }> {
  const server = createServer((_req, res) => res.end('ok'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

const FREE = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0']

describe('merlon serve', () => {
  test('says where it listens, serves, logs, and ends with 0 on a signal', async () => {
    const behind = await upstream()
    const file = join(folder, 'merlon.yaml')
    writeFileSync(file, 'limits: 2/1m\n')
    const terminal = fakeTerminal()
    const ended = run(['serve', '--policy', file, '--upstream', behind.url, ...FREE], terminal)
    const { address, admin } = await terminal.line('listening')
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect((await fetch(`${admin}/readyz`)).status).toBe(200)
    const statuses = []
    for (let at = 0; at < 3; at++) statuses.push((await fetch(`${address}/?token=secret`)).status)
    expect(statuses).toEqual([200, 200, 429])
    terminal.send('SIGTERM')
    expect(await ended).toBe(0)
    expect(terminal.out.text).toContain('"status":429')
    expect(terminal.out.text).not.toContain('secret')
    expect(await terminal.line('draining')).toEqual({ event: 'draining', signal: 'SIGTERM' })
    expect(terminal.out.text.trimEnd().split('\n').at(-1)).toBe('{"event":"closed"}')
    expect(terminal.errors).toBe('')
    behind.close()
  })

  test('without a policy says that the defaults apply', async () => {
    const behind = await upstream()
    const terminal = fakeTerminal()
    const ended = run(['serve', '--upstream', behind.url, ...FREE, '--access-log', 'off'], terminal)
    const { address } = await terminal.line('listening')
    const answer = await fetch(String(address))
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await terminal.line('policy')).toMatchObject({ message: 'no --policy was given: the defaults apply' })
    terminal.send('SIGINT')
    expect(await ended).toBe(0)
    expect(terminal.out.text).not.toContain('"event":"request"')
    behind.close()
  })

  test('does not wait for a second signal', async () => {
    const server = createServer(() => {})
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const terminal = fakeTerminal()
    const ended = run(['serve', '--upstream', `http://127.0.0.1:${port}`, ...FREE, '--drain', '200ms'], terminal)
    const { address } = await terminal.line('listening')
    const pending = fetch(String(address)).catch(() => {})
    await once(server, 'request')
    terminal.send('SIGTERM')
    await terminal.line('draining')
    terminal.send('SIGTERM')
    await ended
    expect(terminal.exited).toBe(1)
    await pending
    server.closeAllConnections()
    server.close()
  })

  test.each([
    { what: 'no upstream', words: [], says: "required option '--upstream <origin>' not specified" },
    {
      what: 'an upstream that is no URL',
      words: ['--upstream', 'localhost:4000'],
      says: 'upstream: expected the origin',
    },
    { what: 'an upstream with a path', words: ['--upstream', 'http://a.test/api'], says: 'without a path' },
    {
      what: 'a port alone',
      words: ['--upstream', 'http://a.test', '--listen', '8080'],
      says: 'listen: expected an address',
    },
    {
      what: 'an admin that is none',
      words: ['--upstream', 'http://a.test', '--admin', 'no'],
      says: 'admin: expected an address',
    },
    {
      what: 'a duration without a unit',
      words: ['--upstream', 'http://a.test', '--drain', '30'],
      says: 'with its unit',
    },
    {
      what: 'an unknown switch',
      words: ['--upstream', 'http://a.test', '--access-log', 'maybe'],
      says: 'Allowed choices are on, off',
    },
    {
      what: 'an unknown flag',
      words: ['--upstream', 'http://a.test', '--polcy', 'a'],
      says: '(Did you mean --policy?)',
    },
    {
      what: 'a policy that is not there',
      words: ['--upstream', 'http://a.test', '--policy', '/nowhere.yaml'],
      says: 'there is none at this path',
    },
  ])('$what is 2, and said', async ({ words, says }) => {
    const terminal = fakeTerminal()
    expect(await run(['serve', ...words], terminal)).toBe(2)
    expect(terminal.errors).toContain(says)
    expect(terminal.out.text).not.toContain('listening')
  })

  test('prints every mistake of a policy at once, with its place, and is 2', async () => {
    const file = join(folder, 'merlon.yaml')
    writeFileSync(file, 'limits:\n  general: 100/15M\ncors:\n  orgins: []\n')
    const terminal = fakeTerminal()
    expect(await run(['serve', '--upstream', 'http://a.test', '--policy', file], terminal)).toBe(2)
    expect(terminal.errors).toMatch(/2 mistakes/)
    expect(terminal.errors).toMatch(/merlon\.yaml:2:\d+ {2}limits\.general/)
    expect(terminal.errors).toMatch(/did you mean "origins"/)
    expect(terminal.errors).not.toMatch(/\n\s+at /)
  })

  test('a port that is taken is 1, and said with its address', async () => {
    const behind = await upstream()
    const terminal = fakeTerminal()
    const taken = new URL(behind.url).host
    const code = await run(['serve', '--upstream', behind.url, '--listen', taken, '--admin', 'off'], terminal)
    expect(code).toBe(1)
    expect(terminal.errors).toBe(
      `merlon: ${taken} is taken: another process listens there. Stop it, or choose another port.\n`,
    )
    behind.close()
  })
})

test('help and version are 0', async () => {
  for (const words of [['--help'], ['serve', '--help'], ['--version']]) {
    const terminal = fakeTerminal()
    expect(await run(words, terminal)).toBe(0)
    expect(terminal.out.text).not.toBe('')
  }
})

test('a command that is none is 2, with what was probably meant', async () => {
  const terminal = fakeTerminal()
  expect(await run(['serv'], terminal)).toBe(2)
  expect(terminal.errors).toContain('Did you mean serve?')
})
