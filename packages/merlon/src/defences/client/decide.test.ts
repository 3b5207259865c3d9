import { describe, expect, test } from 'vitest'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { canonical, fakeBuild, forwarded, stepOf, xff } from './build.fixture.ts'
import { client } from './index.ts'

const behind = stepOf({ proxies: ['10.0.0.0/24', '2001:db8:ffff::/48'] })

describe('a direct connection', () => {
  test('is its own client, whatever its headers say', () => {
    const headers = [...xff('198.51.100.1'), ...forwarded('for=198.51.100.1'), ['X-Real-IP', '198.51.100.1'] as const]
    const seen = behind({ peer: '203.0.113.7', headers })
    expect(seen.address).toBe('203.0.113.7')
    expect(seen.verdict).toBe(undefined)
    expect(seen.facts.viaProxy).toBe(false)
  })

  test('has IPv4 counted by address, with its /24 beside', () => {
    const { client } = behind({ peer: '203.0.113.7' }).facts
    expect({ ...client }).toEqual({
      address: '203.0.113.7',
      prefix: '203.0.113.7',
      network: '203.0.113.0/24',
      family: 4,
    })
  })

  test('has IPv6 counted by its /64, with its /48 beside', () => {
    const { client } = behind({ peer: '2001:DB8:1:2:3:4:5:6' }).facts
    expect({ ...client }).toEqual({
      address: '2001:db8:1:2:3:4:5:6',
      prefix: '2001:db8:1:2::/64',
      network: '2001:db8:1::/48',
      family: 6,
    })
  })

  test('that comes as mapped IPv4 is IPv4, and the same object', () => {
    const mapped = behind({ peer: '::ffff:203.0.113.9' }).facts.client
    expect(mapped.address).toBe('203.0.113.9')
    expect(behind({ peer: '203.0.113.9' }).facts.client).toBe(mapped)
    expect(behind({ peer: '::ffff:cb00:7109' }).facts.client).toBe(mapped)
  })

  test('with a zone in its address has none as a client', () => {
    expect(behind({ peer: 'fe80::1%eth0' }).address).toBe('fe80::1')
  })

  test.each([null, '', 'unix:', 'localhost', '0x7f.1'])('from %j is unknown', (peer) => {
    expect({ ...behind({ peer }).facts.client }).toEqual({ address: '', prefix: '', network: '', family: 0 })
  })
})

describe('an IPv6 prefix', () => {
  test('can be set, and the network is never smaller', () => {
    const peer = '2001:db8:1234:5678:9abc:def0:1234:5678'
    const of = (ipv6Prefix: number) => {
      const { prefix, network } = stepOf({ ipv6Prefix })({ peer }).facts.client
      return [prefix, network]
    }
    expect(of(56)).toEqual(['2001:db8:1234:5600::/56', '2001:db8:1234::/48'])
    expect(of(128)).toEqual(['2001:db8:1234:5678:9abc:def0:1234:5678/128', '2001:db8:1234::/48'])
    expect(of(32)).toEqual(['2001:db8::/32', '2001:db8::/32'])
  })
})

describe('a header of one address', () => {
  const step = stepOf({ proxies: ['cloudflare'], header: 'cf-connecting-ip' })
  const peer = '173.245.48.9'
  const from = (...values: string[]) =>
    step({ peer, headers: values.map((value) => ['CF-Connecting-IP', value] as const) })

  test('is the client, from a declared proxy alone', () => {
    expect(from('198.51.100.1').address).toBe('198.51.100.1')
    expect(from('2001:DB8::1').address).toBe('2001:db8::1')
    const headers = [['CF-Connecting-IP', '198.51.100.1'] as const]
    expect(step({ peer: '203.0.113.7', headers }).address).toBe('203.0.113.7')
    expect(step({ peer, headers: xff('192.0.2.66') }).address).toBe(peer)
  })

  test('is refused where it is twice, a list, or no address', () => {
    for (const values of [['198.51.100.1', '192.0.2.66'], ['198.51.100.1, 192.0.2.66'], ['nobody'], ['127.1']]) {
      expect(from(...values).code, values.join('|')).toBe('forwarded-malformed')
    }
  })

  test('that is empty or hidden is no address', () => {
    expect(from('').address).toBe(peer)
    expect(from('unknown').facts.client.prefix).toBe(peer)
  })
})

describe('a number of hops', () => {
  test('counts from the nearest proxy, whatever the addresses', () => {
    const one = stepOf({ proxies: { hops: 1 } })
    const two = stepOf({ proxies: { hops: 2 } })
    const request = { peer: '203.0.113.7', headers: xff('192.0.2.66, 198.51.100.1, 203.0.113.9') }
    expect(one(request).address).toBe('203.0.113.9')
    expect(two(request).address).toBe('198.51.100.1')
    expect(two({ peer: '203.0.113.7', headers: xff('198.51.100.1') }).address).toBe('198.51.100.1')
    expect(two({ peer: '203.0.113.7' }).address).toBe('203.0.113.7')
  })

  test('with a range counts only where the nearest proxy is in it', () => {
    const step = stepOf({ proxies: [{ hops: 2, from: ['10.0.0.0/8'] }] })
    const headers = xff('192.0.2.66, 198.51.100.1, 203.0.113.9')
    expect(step({ peer: '10.1.2.3', headers }).address).toBe('198.51.100.1')
    expect(step({ peer: '203.0.113.7', headers }).address).toBe('203.0.113.7')
  })

  test('works beside addresses, which go on counting past it', () => {
    const step = stepOf({ proxies: [{ hops: 1 }, '10.0.0.0/8'] })
    expect(step({ peer: '203.0.113.7', headers: xff('198.51.100.1, 10.0.0.9, 10.0.0.8') }).address).toBe('198.51.100.1')
  })

  test('stands in for an address that the runtime does not show, as behind a Unix socket', () => {
    const step = stepOf({ proxies: { hops: 1 } })
    expect(step({ peer: null, headers: xff('192.0.2.66, 198.51.100.1') }).address).toBe('198.51.100.1')
    expect(step({ peer: null }).address).toBe('')
    expect(step({ peer: null, headers: xff('unknown') }).facts.client.prefix).toBe('')
    const ranged = stepOf({ proxies: [{ hops: 1, from: ['10.0.0.0/8'] }] })
    expect(ranged({ peer: null, headers: xff('198.51.100.1') }).address).toBe('')
  })

  test("passes Google's own address, which its load balancer appends last", () => {
    const step = stepOf({ proxies: 'gcp-lb' })
    const headers = xff('192.0.2.66, 198.51.100.1, 34.120.1.2')
    expect(step({ peer: '35.191.4.5', headers }).address).toBe('198.51.100.1')
    expect(step({ peer: '34.120.1.2', headers }).address).toBe('34.120.1.2')
  })
})

describe('a route', () => {
  test('decides nothing of its own but its lists', () => {
    const compiled = client.compile(canonical(), fakeBuild({ route: 'GET /books' }))
    expect(compiled.steps?.['client']).toBe(undefined)
    expect(compiled.steps?.['client.lists']).toBe(undefined)
  })

  test('and the policy keep their addresses apart: another policy may say otherwise of one', () => {
    const facts = new FakeFacts({ peer: '203.0.113.7' })
    const other = stepOf({ deny: ['203.0.113.7'] })
    expect(client.compile(canonical(), fakeBuild()).steps?.['client']?.(facts)).toBe(undefined)
    expect(other({ peer: '203.0.113.7' }).code).toBe('client-denied')
  })
})
