// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies hold them
import { describe, expect, test } from 'vitest'
import { canonical } from './build.fixture.ts'
import { checkClient } from './check.ts'
import type { WrittenClient } from './options.ts'

const codes = (written: WrittenClient) => checkClient(canonical(written), true).map(({ code }) => code)

describe('the check of who is calling', () => {
  test('has nothing to say of the default', () => {
    expect(codes({})).toEqual([])
  })

  test('has nothing to say of a proxy declared by its address or range', () => {
    expect(codes({ proxies: ['loopback', '10.0.0.0/8', '192.0.2.0/24', '2001:db8::/32', 'fd00::/8'] })).toEqual([])
    expect(codes({ proxies: { hops: 2, from: ['10.0.0.0/8'] } })).toEqual([])
    expect(codes({ proxies: 'gcp-lb' })).toEqual([])
  })

  test.each(['0.0.0.0/0', '::/0', '0.0.0.0/1', '128.0.0.0/1', '2000::/3', '::ffff:0.0.0.0/96', '10.0.0.0/7'])(
    'calls it critical to trust %s',
    (range) => {
      expect(checkClient(canonical({ proxies: ['loopback', range] }), true)).toMatchObject([
        { code: 'client-proxies-everyone', severity: 'critical', path: ['proxies', 1] },
      ])
      expect(codes({ proxies: { hops: 1, from: [range] } })).toEqual(['client-proxies-everyone'])
    },
  )

  test('warns of public ranges wider than one owner has', () => {
    expect(codes({ proxies: ['52.0.0.0/10'] })).toEqual(['client-proxies-wide'])
    expect(codes({ proxies: ['2600::/20'] })).toEqual(['client-proxies-wide'])
    expect(codes({ proxies: ['10.0.0.0/8', '100.64.0.0/10', 'fc00::/7', 'fe80::/10'] })).toEqual([])
  })

  test('warns of hops that are counted whoever connects', () => {
    expect(checkClient(canonical({ proxies: { hops: 2 } }), true)).toMatchObject([
      { code: 'client-hops-anyone', severity: 'warning', path: ['proxies', 0] },
    ])
  })

  test('notes what private, shared and absent proxies mean', () => {
    expect(codes({ proxies: ['private'] })).toEqual(['client-proxies-private'])
    expect(codes({ proxies: ['cloudflare'] })).toEqual(['client-proxies-shared'])
    expect(codes({ proxies: ['fastly'] })).toEqual(['client-proxies-shared'])
    expect(codes({ proxies: 'none' })).toEqual(['client-proxies-none'])
  })

  test('warns of a header of one address that a proxy may pass on as it came', () => {
    expect(codes({ header: 'x-real-ip' })).toEqual(['client-header-single'])
    expect(codes({ header: 'cf-connecting-ip' })).toEqual(['client-header-single'])
    expect(codes({ header: 'cf-connecting-ip', proxies: ['cloudflare'] })).toEqual(['client-proxies-shared'])
    expect(codes({ header: 'forwarded' })).toEqual([])
  })

  test('warns of prefixes that one attacker has many of, and notes those that merge strangers', () => {
    expect(codes({ ipv6Prefix: 128 })).toEqual(['client-prefix-narrow'])
    expect(codes({ ipv6Prefix: 65 })).toEqual(['client-prefix-narrow'])
    expect(codes({ ipv6Prefix: 32 })).toEqual(['client-prefix-wide'])
    expect(codes({ ipv6Prefix: 56 })).toEqual([])
    expect(checkClient(canonical({ ipv6Prefix: 128 }), true)[0]?.message).toContain('2^64 clients')
  })

  test('warns of lists that do not do what they seem to', () => {
    expect(codes({ allow: ['0.0.0.0/0'] })).toContain('client-allow-everyone')
    expect(codes({ allow: ['10.0.0.0/8'], proxies: ['10.0.0.5'] })).toEqual(['client-allow-proxy'])
    expect(codes({ allow: ['10.0.0.5'], proxies: ['10.0.0.0/8'] })).toEqual(['client-allow-proxy'])
    expect(codes({ allow: ['192.0.2.0/24', '198.51.100.1'], deny: ['192.0.0.0/16', '198.51.100.0/24'] })).toEqual([
      'client-allow-denied',
    ])
    expect(codes({ allow: ['192.0.2.0/24'], deny: ['192.0.2.0/25'] })).toEqual([])
  })

  test("says of a route's own lists what it says of the policy's, and nothing else", () => {
    const route = canonical({ allow: ['127.0.0.1'], ipv6Prefix: 128, proxies: ['loopback', 'private'] })
    expect(checkClient(route, true, 'route').map(({ code }) => code)).toEqual(['client-allow-proxy'])
  })

  test('leaves what a variable holds to the host', () => {
    expect(codes({ proxies: '${LB}', allow: '${OFFICE}', deny: '${BAD}' })).toEqual([])
  })

  test('gives every finding a line to write', () => {
    const written = {
      proxies: ['private', '0.0.0.0/0', { hops: 1 }, 'fastly'],
      header: 'x-real-ip',
      ipv6Prefix: 96,
    } as const
    for (const { message, write } of checkClient(canonical(written), false)) {
      expect(message).toMatch(/^[A-Z].*\.$/)
      expect(write.length).toBeGreaterThan(10)
    }
  })
})
