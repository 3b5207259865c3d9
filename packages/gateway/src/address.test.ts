import { describe, expect, test } from 'vitest'
import { addressUrl, OptionError, parseListen, parseUpstream } from './address.ts'

describe('an address to listen on', () => {
  test.each([
    ['127.0.0.1:8080', '127.0.0.1', 8080],
    ['0.0.0.0:0', '0.0.0.0', 0],
    ['localhost:65535', 'localhost', 65_535],
    ['[::1]:80', '::1', 80],
    ['[::]:8080', '::', 8080],
  ])('%s', (text, host, port) => {
    expect(parseListen('--listen', text)).toEqual({ host, port })
  })

  test.each([
    '8080',
    ':8080',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '127.0.0.1:x',
    '::1:80',
    '[1.2.3.4]:80',
    'a b:80',
    '',
  ])('%j is refused with what to write', (text) => {
    expect(() => parseListen('--listen', text)).toThrow(
      /^--listen: expected an address and a port such as "127\.0\.0\.1:8080"/,
    )
  })

  test('is shown as a URL that can be pasted', () => {
    expect(addressUrl('127.0.0.1', 80)).toBe('http://127.0.0.1:80')
    expect(addressUrl('::1', 80)).toBe('http://[::1]:80')
  })
})

describe('an upstream', () => {
  test.each(['http://127.0.0.1:4000', 'http://localhost:4000/', 'https://api.test', 'http://[::1]:4000'])(
    '%s',
    (text) => {
      expect(parseUpstream('--upstream', text).origin).toBe(new URL(text).origin)
    },
  )

  test.each([
    'localhost:4000',
    '127.0.0.1:4000',
    'ftp://a.test',
    'unix:/run/a',
    'http://',
    '',
    'http://a.test/api',
    'http://a.test/?a=b',
    'http://a.test/#a',
  ])('%j is refused with what to write', (text) => {
    expect(() => parseUpstream('--upstream', text)).toThrow(/^--upstream: expected the origin of the service/)
  })

  test('with a password is refused, and the message does not repeat it', () => {
    const attempt = () => parseUpstream('--upstream', 'http://user:secret@a.test')
    expect(attempt).toThrow(OptionError)
    expect(attempt).not.toThrow(/secret/)
  })
})
