import { describe, expect, test } from 'vitest'
import { forwarded, stepOf, xff } from './build.fixture.ts'

const PROXY = '10.0.0.1'
const behind = stepOf({ proxies: ['10.0.0.0/24', '2001:db8:ffff::/48'] })
const behindForwarded = stepOf({ proxies: ['10.0.0.0/24'], header: 'forwarded' })
const said = (...values: string[]) => behind({ peer: PROXY, headers: xff(...values) })

describe('X-Forwarded-For', () => {
  test('names the client where a declared proxy wrote it', () => {
    const seen = said('198.51.100.1')
    expect(seen.address).toBe('198.51.100.1')
    expect(seen.facts.viaProxy).toBe(true)
  })

  test('is believed from the right: what the client wrote itself stays where it is', () => {
    expect(said('192.0.2.66, 127.0.0.1, 198.51.100.1').address).toBe('198.51.100.1')
    expect(said('192.0.2.66', '198.51.100.1').address).toBe('198.51.100.1')
    expect(said('nonsense, "", 198.51.100.1').address).toBe('198.51.100.1')
  })

  test('is walked through all declared proxies, and no further', () => {
    expect(said('192.0.2.66, 198.51.100.1, 10.0.0.9, 10.0.0.8').address).toBe('198.51.100.1')
    expect(said('192.0.2.66, 198.51.100.1, 2001:db8:ffff::1').address).toBe('198.51.100.1')
    expect(said('192.0.2.66, 198.51.100.1, ::ffff:10.0.0.9').address).toBe('198.51.100.1')
  })

  test('of proxies alone leaves the farthest of them', () => {
    expect(said('10.0.0.9, 10.0.0.8').address).toBe('10.0.0.9')
    expect(behind({ peer: PROXY }).address).toBe(PROXY)
    expect(said('').address).toBe(PROXY)
    expect(said(' ,, ').address).toBe(PROXY)
  })

  test.each([
    ['198.51.100.1:4711', '198.51.100.1'],
    ['"198.51.100.1:4711"', '198.51.100.1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['"[2001:db8::1]:443"', '2001:db8::1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['::ffff:198.51.100.1', '198.51.100.1'],
    ['[::ffff:198.51.100.1]:80', '198.51.100.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['\t198.51.100.1 ', '198.51.100.1'],
  ])('names an address as %j', (element, address) => {
    expect(said(element).address).toBe(address)
  })

  test('gives the same object whatever the port', () => {
    expect(said('198.51.100.1:1').facts.client).toBe(said('198.51.100.1:2').facts.client)
  })

  test.each([
    '0177.0.0.1',
    '0x7f.0.0.1',
    '127.1',
    '2130706433',
    'localhost',
    'example.com',
    '198.51.100.1 198.51.100.2',
    '198.51.100.1;198.51.100.2',
    '198.51.100.1:',
    '198.51.100.1:123456',
    '198.51.100.1:x',
    '[198.51.100.1]',
    '[2001:db8::1',
    '2001:db8::1]',
    '[2001:db8::1]443',
    '"198.51.100.1',
    '198.51.100.0/24',
    'for=198.51.100.1',
    '_',
    '_a b',
    '\u00a0198.51.100.1',
    'a'.repeat(5000),
  ])('with the element %j of a declared proxy is refused, not guessed at', (element) => {
    const seen = said(`192.0.2.66, ${element}`)
    expect(seen.code).toBe('forwarded-malformed')
    expect(seen.address).toBe(PROXY)
    expect(seen.reason).toContain('x-forwarded-for from the proxy 10.0.0.1')
  })

  test.each(['192.0.2.66, ', '192.0.2.66,,', '192.0.2.66, , 10.0.0.9'])(
    'never skips an empty element to what stands before it: %j',
    (value) => {
      expect(said(value).code).toBe('forwarded-malformed')
    },
  )

  test('may begin with an empty element, as proxies write that append to nothing', () => {
    expect(said(', 198.51.100.1').address).toBe('198.51.100.1')
    expect(said(', 10.0.0.9').address).toBe('10.0.0.9')
    expect(said('', '198.51.100.1').address).toBe('198.51.100.1')
  })

  test.each(['unknown', 'UNKNOWN', '_hidden', '_hidden:80', '_gazonk:_port', '"_hidden"'])(
    'with %j ends the walk at the proxy that wrote it',
    (element) => {
      const seen = said(`192.0.2.66, ${element}, 10.0.0.9`)
      expect(seen.verdict).toBe(undefined)
      expect({ ...seen.facts.client }).toEqual({ address: '', prefix: '10.0.0.9', network: '10.0.0.0/24', family: 4 })
    },
  )

  test('of a chain that never ends is refused', () => {
    expect(said(Array(32).fill('10.0.0.9').join(',')).address).toBe('10.0.0.9')
    expect(said(Array(33).fill('10.0.0.9').join(',')).code).toBe('forwarded-malformed')
  })

  test('is not read where another header is declared', () => {
    const seen = behindForwarded({ peer: PROXY, headers: [...xff('192.0.2.66'), ...forwarded('for=198.51.100.1')] })
    expect(seen.address).toBe('198.51.100.1')
    expect(behindForwarded({ peer: PROXY, headers: xff('192.0.2.66') }).address).toBe(PROXY)
  })
})
