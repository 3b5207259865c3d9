import { describe, expect, test } from 'vitest'
import { readAddress } from './address.ts'
import { meantRange, type Range, Ranges, readRange } from './ranges.ts'

const range = (text: string): Range => {
  const found = readRange(text)
  if (!found) throw new Error(`${text} is no range`)
  return found
}
const ranges = (...texts: string[]) => new Ranges(texts.map(range))
const has = (all: Ranges, address: string) => all.has(readAddress(address) ?? [])

describe('a range', () => {
  test('is an address, or a network by its own address and its length', () => {
    expect(readRange('192.0.2.1')?.bits).toBe(32)
    expect(readRange('10.0.0.0/8')?.bits).toBe(8)
    expect(readRange('0.0.0.0/0')?.bits).toBe(0)
    expect(readRange('2001:db8::/32')?.bits).toBe(32)
    expect(readRange('::1')?.bits).toBe(128)
  })

  test('of mapped addresses is a range of IPv4', () => {
    expect(readRange('::ffff:10.0.0.0/104')).toEqual(range('10.0.0.0/8'))
    expect(readRange('::ffff:0.0.0.0/96')).toEqual(range('0.0.0.0/0'))
    expect(readRange('::ffff:10.0.0.0/8')).toBe(undefined)
  })

  test.each([
    '10.0.0.5/8',
    '2001:db8::1/32',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8.0',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10/8',
    '010.0.0.0/8',
    '10.0.0.0/255.0.0.0',
    '::/129',
    'fe80::%eth0/64',
    'fe80::1%eth0',
    '*',
    '',
  ])('is not %j', (text) => {
    expect(readRange(text)).toBe(undefined)
  })

  test('with host bits is told from what it was probably meant to be', () => {
    expect(meantRange('10.0.0.5/8')).toBe('the network\'s own address, "10.0.0.0/8", or a single one, "10.0.0.5"')
    expect(meantRange('nonsense')).toBe(undefined)
  })
})

describe('ranges', () => {
  test('hold their first and last address, and not the ones beside', () => {
    const all = ranges('10.1.0.0/16', '10.3.0.0/16', '192.0.2.7', '2001:db8::/33')
    for (const inside of ['10.1.0.0', '10.1.255.255', '10.3.9.9', '192.0.2.7', '2001:db8::', '2001:db8:7fff:ffff::1']) {
      expect(has(all, inside), inside).toBe(true)
    }
    for (const outside of ['10.0.255.255', '10.2.0.0', '10.4.0.0', '192.0.2.6', '192.0.2.8', '2001:db8:8000::', '::']) {
      expect(has(all, outside), outside).toBe(false)
    }
  })

  test('that lie in one another or are written twice change nothing', () => {
    const all = ranges('10.1.2.3', '10.0.0.0/8', '10.1.0.0/16', '10.0.0.0/8', '10.0.0.0')
    expect(has(all, '10.200.0.1')).toBe(true)
    expect(has(all, '11.0.0.0')).toBe(false)
    expect(has(all, '9.255.255.255')).toBe(false)
  })

  test('of one family never hold addresses of the other', () => {
    expect(has(ranges('::/0'), '192.0.2.1')).toBe(false)
    expect(has(ranges('::/0'), '::ffff:192.0.2.1')).toBe(false)
    expect(has(ranges('0.0.0.0/0'), '2001:db8::1')).toBe(false)
    expect(has(ranges('0.0.0.0/0'), '::ffff:192.0.2.1')).toBe(true)
  })

  test('of all addresses hold the highest of them', () => {
    expect(has(ranges('0.0.0.0/0'), '255.255.255.255')).toBe(true)
    expect(has(ranges('::/0'), 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')).toBe(true)
  })

  test('that are none hold nothing', () => {
    expect(has(ranges(), '192.0.2.1')).toBe(false)
    expect(has(ranges(), '::')).toBe(false)
    expect(ranges().isEmpty).toBe(true)
  })

  test('know what they cover and what they meet', () => {
    const all = ranges('10.1.0.0/16', '2001:db8::/32')
    expect(all.covers(range('10.1.2.0/24'))).toBe(true)
    expect(all.covers(range('10.0.0.0/8'))).toBe(false)
    expect(all.meets(range('10.0.0.0/8'))).toBe(true)
    expect(all.meets(range('10.1.2.3'))).toBe(true)
    expect(all.meets(range('10.2.0.0/16'))).toBe(false)
    expect(all.meets(range('::/0'))).toBe(true)
  })
})
