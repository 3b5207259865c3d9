import { Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { PeerTable } from './peer-table.ts'
import { RawClient } from './testing/raw.ts'
import { closeAll, start } from './testing/start.ts'

afterEach(async () => {
  vi.restoreAllMocks()
  await closeAll()
})

const GET = 'GET / HTTP/1.1\r\nHost: gateway.test\r\n\r\n'

describe('open connections', () => {
  test('are counted by address, until they are closed', () => {
    const table = new PeerTable(2)
    const places = ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2'].map((address) => table.enter(address))
    expect(places).toEqual(['192.0.2.1', '192.0.2.1', undefined, '192.0.2.2'])
    table.leave('192.0.2.1')
    expect(table.enter('192.0.2.1')).toBe('192.0.2.1')
    for (const place of ['192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.2', '192.0.2.9']) table.leave(place)
    expect(table.size).toBe(0)
  })

  test.each([
    ['2001:db8::1', '2001:db8:0:0:ffff::2'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['::2', '::ffff:0:1'],
    ['fe80::1', 'fe80::2%eth0'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
  ])('of %s and %s count together', (one, other) => {
    const table = new PeerTable(1)
    expect(table.enter(one)).toBeDefined()
    expect(table.enter(other)).toBeUndefined()
  })

  test.each([
    ['2001:db8:0:1::1', '2001:db8:0:2::1'],
    ['2001:db8:1::', '2001:db8:1:1::'],
    ['192.0.2.1', '192.0.2.10'],
  ])('of %s and %s count apart', (one, other) => {
    const table = new PeerTable(1)
    expect(table.enter(one)).toBeDefined()
    expect(table.enter(other)).toBeDefined()
  })

  test.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', undefined])('of %s are not counted', (address) => {
    const table = new PeerTable(1)
    for (let at = 0; at < 5; at++) expect(table.enter(address)).toBe('')
    expect(table.size).toBe(0)
  })

  test('of one address beyond its limit are closed as they come, and make room when they go', async () => {
    // A test's connections are all of this machine, so node is made to say another address.
    const prototype = Socket.prototype as unknown as { _getpeername(): object }
    vi.spyOn(prototype, '_getpeername').mockReturnValue({ address: '192.0.2.1', family: 'IPv4', port: 50_000 })
    const warn = vi.fn()
    const log = { debug() {}, info() {}, warn, error() {} }
    const policy = { client: { proxies: 'none' }, transport: { http: 'allow' } } as const
    const { gateway } = await start(undefined, { policy, limits: { connectionsPerAddress: 2 }, log })
    const first = await RawClient.open(gateway.address)
    const second = await RawClient.open(gateway.address)
    for (const client of [first, second]) client.send(GET)
    expect((await first.answers(1))[0]?.status).toBe(200)
    expect((await second.answers(1))[0]?.status).toBe(200)
    for (let at = 0; at < 3; at++) {
      const third = await RawClient.open(gateway.address)
      expect(await third.closed()).toEqual([])
    }
    const told = warn.mock.calls.filter(([fields]) => fields.event === 'connections-of-address')
    expect(told).toEqual([[{ event: 'connections-of-address', peer: '192.0.2.1' }, expect.any(String)]])
    first.socket.destroy()
    await vi.waitFor(async () => {
      const third = await RawClient.open(gateway.address)
      third.send(GET)
      expect((await third.answers(1))[0]?.status).toBe(200)
      third.socket.destroy()
    })
    second.socket.destroy()
  })
})
