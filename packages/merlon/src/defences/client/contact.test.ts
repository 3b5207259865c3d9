import { describe, expect, test } from 'vitest'
import { fakeBuild, forwarded, stepOf, xff } from './build.fixture.ts'

const NAMES = ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'CF-Connecting-IP', 'True-Client-IP', 'Fly-Client-IP']

describe('a private peer that speaks for others and is no declared proxy', () => {
  test.each(NAMES)('is refused in production: %s', (name) => {
    const seen = stepOf()({ peer: '172.17.0.1', headers: [[name, '203.0.113.7']] })
    expect(seen.code).toBe('proxy-undeclared')
    expect(seen.verdict).not.toHaveProperty('detail')
  })

  test.each(['10.1.2.3', '192.168.0.2', '100.64.0.7', '169.254.8.1', 'fd00::2', 'fe80::1%eth0', '::ffff:10.1.2.3'])(
    'is refused whichever private network it is in: %s',
    (peer) => {
      expect(stepOf()({ peer, headers: xff('203.0.113.7') }).code).toBe('proxy-undeclared')
    },
  )

  test('is told in the log which line of policy to write', () => {
    const { reason } = stepOf()({ peer: '172.17.0.1', headers: xff('203.0.113.7') })
    expect(reason).toBe(
      '172.17.0.1 sends x-forwarded-for but is no declared proxy, so that all clients behind it count as one. ' +
        'If it is your proxy, write client.proxies: ["172.17.0.1"], or its range; ' +
        'if it is itself the client, write client.proxies: none',
    )
    const other = stepOf()({ peer: '172.17.0.1', headers: [['CF-Connecting-IP', '203.0.113.7']] }).reason
    expect(other).toContain('client.proxies: ["172.17.0.1"], or its range and client.header: cf-connecting-ip')
    const foreign = stepOf()({ peer: '172.17.0.1', headers: [['X-Client-IP', '203.0.113.7']] }).reason
    expect(foreign).toContain('or its range and x-forwarded-for into its configuration')
  })

  test('is refused on every request, not only the first', () => {
    const step = stepOf()
    for (let n = 0; n < 300; n++) {
      expect(step({ peer: '172.17.0.1', headers: xff('203.0.113.7') }).code).toBe('proxy-undeclared')
    }
  })

  test('passes in development, with one warning', () => {
    const build = fakeBuild({ production: false })
    const step = stepOf({}, build)
    for (let n = 0; n < 300; n++) {
      const seen = step({ peer: '172.17.0.1', headers: xff('203.0.113.7') })
      expect([seen.code, seen.address]).toEqual([undefined, '172.17.0.1'])
    }
    expect(build.warnings).toHaveLength(1)
    expect(build.warnings[0]).toContain('client.proxies: ["172.17.0.1"]')
  })

  test('passes once it is declared', () => {
    const step = stepOf({ proxies: ['loopback', '172.17.0.0/16'] })
    expect(step({ peer: '172.17.0.1', headers: xff('203.0.113.7') }).address).toBe('203.0.113.7')
  })

  test('is itself the client where the policy says that there are no proxies', () => {
    const build = fakeBuild()
    const seen = stepOf({ proxies: 'none' }, build)({ peer: '172.17.0.1', headers: xff('203.0.113.7') })
    expect([seen.code, seen.address]).toEqual([undefined, '172.17.0.1'])
    expect(build.warnings).toEqual([])
  })
})

describe('others that carry forwarding headers', () => {
  test('pass: a private peer without any', () => {
    expect(stepOf()({ peer: '172.17.0.1' }).code).toBe(undefined)
  })

  test('pass without a word: public peers, which may invent what they like', () => {
    const build = fakeBuild()
    expect(stepOf({}, build)({ peer: '203.0.113.7', headers: xff('10.0.0.1') }).code).toBe(undefined)
    expect(build.warnings).toEqual([])
  })

  test('pass with one warning: a loopback peer that is not declared, as a tunnel would be', () => {
    const build = fakeBuild()
    const step = stepOf({ proxies: ['cloudflare'] }, build)
    for (let n = 0; n < 3; n++) expect(step({ peer: '127.0.0.1', headers: xff('203.0.113.7') }).code).toBe(undefined)
    expect(build.warnings).toHaveLength(1)
  })

  test('pass with one warning: peers without an address', () => {
    const build = fakeBuild()
    const step = stepOf({}, build)
    for (let n = 0; n < 3; n++) expect(step({ peer: null, headers: xff('203.0.113.7') }).address).toBe('')
    expect(build.warnings).toHaveLength(1)
    expect(build.warnings[0]).toContain('client.proxies: [{ hops: 1 }]')
  })
})

describe('a declared proxy that does not write the declared header', () => {
  test('is remarked on once, since its clients count as one', () => {
    const build = fakeBuild()
    const step = stepOf({ header: 'forwarded' }, build)
    for (let n = 0; n < 3; n++)
      expect(step({ peer: '127.0.0.1', headers: xff('203.0.113.7') }).address).toBe('127.0.0.1')
    expect(build.warnings).toEqual([
      'The proxy 127.0.0.1 is declared to write forwarded, but sent x-forwarded-for alone, which is ignored: ' +
        'its clients count as one. If the proxy writes x-forwarded-for itself, whatever clients send, ' +
        'write client.header: x-forwarded-for',
    ])
  })

  test('is not remarked on where it writes none, or the declared one too', () => {
    const build = fakeBuild()
    const step = stepOf({}, build)
    step({ peer: '127.0.0.1' })
    step({ peer: '127.0.0.1', headers: [...xff('203.0.113.7'), ...forwarded('for=192.0.2.66')] })
    expect(build.warnings).toEqual([])
  })
})
