import { createHash, createHmac, hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nodePlatform } from '../node/platform.ts'
import { hkdf, hmacNow } from './hkdf.ts'
import { webPlatform } from './platform.ts'
import { sha256 } from './sha256.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

test.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
])('SHA-256 of %j is as FIPS 180-4 has it', (text, hash) => {
  expect(hex(sha256(new TextEncoder().encode(text)))).toBe(hash)
})

test('hashes of every length to a few blocks, and of many, are node’s', () => {
  for (const length of [...Array(260).keys(), 1000, 65_536, 65_537]) {
    const data = Uint8Array.from({ length }, (_, at) => (at * 7 + length) & 255)
    expect(hex(sha256(data))).toBe(createHash('sha256').update(data).digest('hex'))
  }
})

test('HMAC and HKDF are node’s, whatever the key', () => {
  const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
  console.info(`seed ${seed}`)
  const bytes = fc.uint8Array({ maxLength: 200 })
  fc.assert(
    fc.property(bytes, bytes, fc.string({ maxLength: 40, unit: 'grapheme' }), (key, data, info) => {
      expect(hex(hmacNow(key, data))).toBe(createHmac('sha256', key).update(data).digest('hex'))
      expect(hex(hkdf(key, info))).toBe(Buffer.from(hkdfSync('sha256', key, '', info, 32)).toString('hex'))
    }),
    { numRuns: 2000, seed },
  )
})

test('both platforms hash and derive the same', async () => {
  const key = Uint8Array.from({ length: 32 }, (_, at) => at)
  const data = new TextEncoder().encode('a text')
  for (const platform of [nodePlatform, webPlatform]) {
    expect(hex(await platform.sha256(data))).toBe(createHash('sha256').update(data).digest('hex'))
    for (let twice = 0; twice < 2; twice++) {
      expect(hex(await platform.hmac(key, data))).toBe(createHmac('sha256', key).update(data).digest('hex'))
    }
    expect(hex(platform.hkdf(key, 'merlon subjects'))).toBe(hex(nodePlatform.hkdf(key, 'merlon subjects')))
  }
})

test('HKDF is as RFC 5869 has it (A.3, its first 32 bytes)', () => {
  expect(hex(hkdf(new Uint8Array(22).fill(0x0b), ''))).toBe(
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d',
  )
})
