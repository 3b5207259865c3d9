import { describe, expect, test } from 'vitest'
import { readAddress } from './address.ts'
import { readRange } from './ranges.ts'
import { isLocal, reachOf } from './reach.ts'

const reach = (text: string) => reachOf(readAddress(text) ?? [])

describe('where in the world an address is', () => {
  test.each(['127.0.0.1', '127.255.255.255', '::1', '::ffff:127.0.0.1'])('%s is this machine', (text) => {
    expect(reach(text)).toBe('loopback')
  })

  test.each(['10.0.0.1', '172.31.255.255', '192.168.0.1', '100.64.0.1', '169.254.1.1', 'fd00::1', 'fe80::1'])(
    '%s is in a network of its own',
    (text) => {
      expect(reach(text)).toBe('private')
    },
  )

  test.each(['128.0.0.1', '172.32.0.0', '192.0.2.1', '100.128.0.0', '::2', '2001:db8::1', 'fec0::1'])(
    '%s is anywhere else',
    (text) => {
      expect(reach(text)).toBe('public')
    },
  )
})

test('a range is local where all of it is', () => {
  const local = (text: string) => isLocal(readRange(text) ?? { words: [0], bits: 0 })
  expect(['10.0.0.0/8', '10.1.0.0/16', 'fc00::/7', 'fd00::/8'].map(local)).toEqual([true, true, true, true])
  expect(['8.0.0.0/6', '10.0.0.0/7', 'f000::/4', '192.0.2.0/24'].map(local)).toEqual([false, false, false, false])
})
