import { describe, expect, test } from 'vitest'
import { forwarded, stepOf } from './build.fixture.ts'

const PROXY = '10.0.0.1'
const behind = stepOf({ proxies: ['10.0.0.0/24', '2001:db8:ffff::/48'] })
const behindForwarded = stepOf({ proxies: ['10.0.0.0/24'], header: 'forwarded' })
const told = (...values: string[]) => behindForwarded({ peer: PROXY, headers: forwarded(...values) })

describe('secure', () => {
  const proto = (...values: string[]) => values.map((value) => ['X-Forwarded-Proto', value] as const)
  const secure = (headers: readonly (readonly [string, string])[], encrypted = false, peer = PROXY) =>
    behind({ peer, encrypted, headers }).facts.secure

  test('is the socket for a direct connection, whatever it says', () => {
    expect(secure([], true, '203.0.113.7')).toBe(true)
    expect(secure(proto('https'), false, '203.0.113.7')).toBe(false)
    expect(secure(proto('http'), true, '203.0.113.7')).toBe(true)
  })

  test('is the word of a declared proxy, also against its own socket', () => {
    expect(secure(proto('https'))).toBe(true)
    expect(secure(proto('HTTPS'))).toBe(true)
    expect(secure(proto('wss'))).toBe(true)
    expect(secure(proto('http'), true)).toBe(false)
    expect(secure([], true)).toBe(true)
    expect(secure([])).toBe(false)
  })

  test('takes every proxy to say so: a client that adds a word can only lose by it', () => {
    expect(secure(proto('https, https'))).toBe(true)
    expect(secure(proto('https', 'https'))).toBe(true)
    expect(secure(proto('https, http'))).toBe(false)
    expect(secure(proto('http, https'))).toBe(false)
    expect(secure(proto('https,'))).toBe(false)
    expect(secure(proto(''))).toBe(false)
    expect(secure(proto('httpsx'))).toBe(false)
    expect(secure(proto('https;')), 'no list').toBe(false)
  })

  test('is told by the element of Forwarded that names the client', () => {
    expect(told('for=198.51.100.1;proto=https').facts.secure).toBe(true)
    expect(told('for=192.0.2.66;proto=http, for=198.51.100.1;proto=https, for=10.0.0.9;proto=http').facts.secure).toBe(
      true,
    )
    expect(told('for=192.0.2.66;proto=https, for=198.51.100.1;proto=http').facts.secure).toBe(false)
    expect(told('for=192.0.2.66;proto=https, for=198.51.100.1').facts.secure).toBe(false)
    const headers = [...forwarded('for=198.51.100.1'), ...proto('https')]
    expect(behindForwarded({ peer: PROXY, headers }).facts.secure, 'the other header').toBe(false)
  })
})
