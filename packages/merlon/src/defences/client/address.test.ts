import { describe, expect, test } from 'vitest'
import { addressText, networkText, readAddress } from './address.ts'

const text = (written: string) => {
  const words = readAddress(written)
  return words && addressText(words)
}

describe('an address', () => {
  test.each([
    ['0.0.0.0', '0.0.0.0'],
    ['192.0.2.1', '192.0.2.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('%s is %s', (written, canonical) => {
    expect(text(written)).toBe(canonical)
  })

  test('is written as RFC 5952 says: the longest run of zeros is cut, the first of equals, and never a single one', () => {
    expect(text('2001:db8:0:0:1:0:0:1')).toBe('2001:db8::1:0:0:1')
    expect(text('2001:0:0:1:0:0:0:1')).toBe('2001:0:0:1::1')
    expect(text('2001:db8:0:1:1:1:1:1')).toBe('2001:db8:0:1:1:1:1:1')
    expect(text('0:0:1:0:0:1:0:0')).toBe('::1:0:0:1:0:0')
  })

  test.each(['::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:192.0.2.1', '0:0::ffff:192.0.2.1'])(
    'mapped IPv4 is IPv4: %s',
    (written) => {
      expect(text(written)).toBe('192.0.2.1')
    },
  )

  test('IPv4-compatible and translated addresses are not mapped ones', () => {
    expect(text('::127.0.0.1')).toBe('::7f00:1')
    expect(text('64:ff9b::192.0.2.1')).toBe('64:ff9b::c000:201')
    expect(text('::ffff:0:192.0.2.1')).toBe('::ffff:0:c000:201')
  })

  test('loses its zone, which means something on one machine alone', () => {
    expect(text('fe80::1%eth0')).toBe('fe80::1')
    expect(text('fe80::1%eth 0')).toBe(undefined)
    expect(text('fe80::1%')).toBe(undefined)
    expect(text('192.0.2.1%eth0')).toBe(undefined)
  })

  test.each([
    '0177.0.0.1',
    '0x7f.0.0.1',
    '0x7f.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2.3.1000',
    '1..2.3',
    '.1.2.3.4',
    '1.2.3.4.',
    '01.2.3.4',
    '1.2.3.00',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1.2.3.4\n',
    '１.2.3.4',
    '+1.2.3.4',
    '-1.2.3.4',
    '',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    ':1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8:',
    '12345::',
    'g::',
    '::ffff:0177.0.0.1',
    '::ffff:0x7f.0.0.1',
    '::ffff:127.1',
    '::1.2.3.4.5',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '[::1]',
    'fe80::1%a%b',
    `fe80::1%${'a'.repeat(100)}`,
    '::1/128',
    'localhost',
    'unknown',
    '1'.repeat(10_000),
    ':'.repeat(10_000),
    '\0',
  ])('is not %j', (written) => {
    expect(readAddress(written)).toBe(undefined)
  })
})

describe('a network', () => {
  test.each([
    ['192.0.2.255', 24, '192.0.2.0/24'],
    ['192.0.2.255', 32, '192.0.2.255/32'],
    ['192.0.2.255', 0, '0.0.0.0/0'],
    ['2001:db8:1:2:3:4:5:6', 64, '2001:db8:1:2::/64'],
    ['2001:db8:1:2:3:4:5:6', 48, '2001:db8:1::/48'],
    ['2001:db8:1:2fff:3:4:5:6', 52, '2001:db8:1:2000::/52'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 33, 'ffff:ffff:8000::/33'],
    ['2001:db8::1', 128, '2001:db8::1/128'],
  ])('of %s with %i bits is %s', (address, bits, network) => {
    expect(networkText(readAddress(address) ?? [], bits)).toBe(network)
  })
})
