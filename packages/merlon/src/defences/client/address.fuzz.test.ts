import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressText, readAddress } from './address.ts'
import { address, proxy4, proxy6, settings } from './addresses.fixture.ts'
import { plainAddress, plainlyWithin, plainText } from './oracle.fixture.ts'
import { Ranges, readRange } from './ranges.ts'

test('addresses are read and written as the oracle does', () => {
  const scrap = fc.constantFrom(
    '',
    '0',
    '1',
    '::',
    ':',
    '.',
    '%',
    'ffff',
    '00001',
    '127.0.0.1',
    '255',
    '256',
    '01',
    'g',
  )
  const written = fc.oneof(
    address,
    fc.array(scrap, { maxLength: 9 }).map((parts) => parts.join('')),
    fc.ipV4(),
    fc.ipV6(),
  )
  const sparse = fc
    .array(fc.constantFrom('0', '0', '0', '1', 'ab'), { minLength: 8, maxLength: 8 })
    .map((parts) => parts.join(':'))
  fc.assert(
    fc.property(fc.oneof(written, sparse), (text) => {
      const words = readAddress(text)
      const plain = plainAddress(text)
      expect(words && addressText(words)).toBe(plain && plainText(plain))
    }),
    settings,
  )
})

test('ranges decide as the oracle does', () => {
  const cidr = fc.oneof(
    fc.tuple(fc.constantFrom(0, 1, 7, 8, 9, 16, 31, 32), proxy4).map(([bits, text]) => ({ bits, text, width: 32 })),
    fc
      .tuple(fc.constantFrom(0, 1, 31, 32, 33, 64, 127, 128), proxy6)
      .map(([bits, text]) => ({ bits, text, width: 128 })),
  )
  const network = cidr.map(({ bits, text, width }) => {
    const { family, value } = plainAddress(text) ?? { family: 4, value: 0n }
    const shift = BigInt(width - bits)
    return `${plainText({ family, value: (value >> shift) << shift })}/${bits}`
  })
  fc.assert(
    fc.property(fc.array(network, { maxLength: 12 }), fc.array(address, { maxLength: 6 }), (networks, addresses) => {
      const ranges = new Ranges(networks.map(readRange).filter((range) => range !== undefined))
      for (const text of addresses) {
        const plain = plainAddress(text)
        const truth = plain !== undefined && networks.some((each) => plainlyWithin(plain, each))
        expect(ranges.has(readAddress(text) ?? [])).toBe(truth)
      }
    }),
    settings,
  )
})
