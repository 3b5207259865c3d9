import { describe, expect, test } from 'vitest'
import { Book } from './book.ts'
import { canonical } from './build.fixture.ts'
import { Lists } from './lists.ts'
import { compileProxies } from './proxies.ts'

const never = () => {
  throw new Error('there is no mistake')
}

function open(): Book {
  const options = canonical({ proxies: ['10.0.0.0/8'] })
  return new Book(compileProxies(options.proxies, never), new Lists(options, 'client', never), options.ipv6Prefix)
}

const attacker = (n: number) => `2001:db8:${(n >>> 16).toString(16)}:${(n & 0xffff).toString(16)}::1`

describe('the book of addresses', () => {
  test('gives one address one object, however it is written', () => {
    const book = open()
    const known = book.find('192.0.2.1')
    for (const text of ['::ffff:192.0.2.1', '::FFFF:C000:201', '0:0:0:0:0:ffff:192.0.2.1']) {
      expect(book.find(text)).toBe(known)
    }
    expect(book.find('2001:db8::1')).toBe(book.find('2001:DB8:0::1'))
  })

  test('knows no text that is no address, and keeps none', () => {
    const book = open()
    for (const text of ['', 'unknown', '127.1', 'a'.repeat(1000)]) expect(book.find(text)).toBe(undefined)
    expect(book.size).toBe(0)
  })

  test('does not grow with the addresses of an attacker', () => {
    const book = open()
    for (let n = 0; n < 50_000; n++) book.find(attacker(n))
    expect(book.size).toBeLessThanOrEqual(8192)
  })

  test('does not grow with the spellings of one address', () => {
    const book = open()
    for (let n = 0; n < 50_000; n++) book.find(`fe80::1%eth${n}`)
    expect(book.size).toBeLessThanOrEqual(8192)
  })

  test('keeps who is in use through a flood of fresh addresses', () => {
    const book = open()
    const regular = book.find('192.0.2.1')
    for (let n = 0; n < 50_000; n++) {
      book.find(attacker(n))
      if (n % 1000 === 0) expect(book.find('192.0.2.1')).toBe(regular)
    }
  })

  test('keeps one object for one address while another spelling of it is in use', () => {
    const book = open()
    const known = book.find('::ffff:192.0.2.1')
    for (let n = 0; n < 5000; n++) book.find(attacker(n))
    expect(book.find('192.0.2.1')).toBe(known)
  })

  test('tells where in the world an address is', () => {
    const book = open()
    const reach = (text: string) => book.find(text)?.reach
    expect(['10.0.0.1', '172.31.0.1', '192.168.1.1', '100.64.0.1', '169.254.1.1'].map(reach)).toEqual(
      Array(5).fill('private'),
    )
    expect(['fd00::1', 'fe80::1%eth0', '::ffff:10.0.0.1'].map(reach)).toEqual(Array(3).fill('private'))
    expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].map(reach)).toEqual(Array(4).fill('loopback'))
    expect(['172.32.0.1', '100.128.0.1', '2001:db8::1', '203.0.113.1'].map(reach)).toEqual(Array(4).fill('public'))
  })
})
