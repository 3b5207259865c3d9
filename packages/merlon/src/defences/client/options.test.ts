// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies hold them
import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { canonical, fakeBuild, mistakesOf, stepOf, xff } from './build.fixture.ts'
import { client } from './index.ts'
import type { ClientOptions } from './options.ts'
import { proxyPresets } from './presets.ts'
import { readRange } from './ranges.ts'

describe('the section', () => {
  test('with nothing written trusts loopback alone', () => {
    expect(canonical()).toEqual({
      proxies: [{ kind: 'addresses', named: 'loopback', ranges: ['127.0.0.0/8', '::1/128'] }],
      header: 'x-forwarded-for',
      ipv6Prefix: 64,
      allow: [],
      deny: [],
    })
    const step = stepOf()
    expect(step({ peer: '::1', headers: xff('203.0.113.7') }).address).toBe('203.0.113.7')
    expect(step({ peer: '203.0.113.7', headers: xff('127.0.0.1') }).address).toBe('203.0.113.7')
  })

  test('is plain JSON, in which each written proxy keeps its place', () => {
    const options = canonical({
      proxies: ['private', '192.0.2.1', '${LB}', { hops: 2, from: ['loopback', '10.0.0.0/8'] }, 'gcp-lb'],
      allow: ['loopback', '198.51.100.0/24'],
    })
    expect(JSON.parse(JSON.stringify(options))).toEqual(options)
    expect(options.proxies.map((entry) => [entry.kind, entry.named])).toEqual([
      ['addresses', 'private'],
      ['addresses', null],
      ['addresses', null],
      ['hops', null],
      ['hops', 'gcp-lb'],
    ])
    expect(options.proxies[3]).toEqual({
      kind: 'hops',
      named: null,
      hops: 2,
      from: ['127.0.0.0/8', '10.0.0.0/8', '::1/128'],
    })
    expect(options.allow).toEqual([['127.0.0.0/8', '198.51.100.0/24', '::1/128']])
  })

  test('takes a lone entry for a list of it, and header names in any case', () => {
    expect(canonical({ proxies: 'private' })).toEqual(canonical({ proxies: ['private'] }))
    expect(canonical({ proxies: { hops: 1 } })).toEqual(canonical({ proxies: [{ hops: 1 }] }))
    expect(canonical({ deny: '192.0.2.1' })).toEqual(canonical({ deny: ['192.0.2.1'] }))
    expect(mistakesOf({ header: 'X-Forwarded-For' })).toEqual([])
    expect(canonical({ proxies: 'none' }).proxies).toEqual([])
  })

  test('has a JSON Schema', () => {
    expect(z.toJSONSchema(client.section.schema(), { io: 'input' })).toMatchObject({
      type: 'object',
      additionalProperties: false,
    })
  })

  test.each(['off', false, 'observe', [], null])('cannot be %j', (written) => {
    expect(mistakesOf(written)).toEqual([
      ': settings such as { proxies: ["10.0.0.0/8"] }; this defence cannot be turned off or observed',
    ])
  })

  test.each([
    [{ mode: 'observe' }, ''],
    [{ proxies: ['clodflare'] }, 'proxies.0'],
    [{ proxies: ['0177.0.0.1'] }, 'proxies.0'],
    [{ proxies: ['127.1'] }, 'proxies.0'],
    [{ proxies: ['10.0.0.0/8', '*'] }, 'proxies.1'],
    [{ proxies: [true] }, 'proxies.0'],
    [{ proxies: 2 }, 'proxies'],
    [{ proxies: true }, 'proxies'],
    [{ proxies: [{ hops: 0 }] }, 'proxies.0.hops'],
    [{ proxies: [{ hops: 17 }] }, 'proxies.0.hops'],
    [{ proxies: [{ hops: 1, from: ['cloudflare'] }] }, 'proxies.0.from.0'],
    [{ proxies: ['none', 'loopback'] }, 'proxies.0'],
    [{ header: 'x-forwarded-fro' }, 'header'],
    [{ header: ['x-forwarded-for', 'forwarded'] }, 'header'],
    [{ ipv6Prefix: 31 }, 'ipv6Prefix'],
    [{ ipv6Prefix: 129 }, 'ipv6Prefix'],
    [{ ipv6Prefix: '/64' }, 'ipv6Prefix'],
    [{ allow: ['cloudflare'] }, 'allow.0'],
    [{ allow: ['192.0.2.1', 'fe80::1%eth0'] }, 'allow.1'],
    [{ deny: ['192.0.2.1/33'] }, 'deny.0'],
    [{ deny: [''] }, 'deny.0'],
  ])('refuses %j at %j', (written, path) => {
    expect(mistakesOf(written).map((mistake) => mistake.split(': ')[0])).toEqual([path])
  })

  test('says what a range with host bits was probably meant to be', () => {
    expect(mistakesOf({ proxies: ['10.0.0.5/8'], deny: ['2001:db8::1/32'] })).toEqual([
      'proxies.0: the network\'s own address, "10.0.0.0/8", or a single one, "10.0.0.5"',
      'deny.0: the network\'s own address, "2001:db8::/32", or a single one, "2001:db8::1"',
    ])
  })

  test('has presets whose ranges can all be read', () => {
    for (const { ranges } of proxyPresets.values()) {
      expect(ranges.filter((text) => readRange(text) === undefined)).toEqual([])
    }
  })
})

describe('what variables stand for', () => {
  /** The canonical section once `${…}` is resolved. */
  const resolved = (options: ClientOptions, values: Record<string, string>): ClientOptions =>
    JSON.parse(JSON.stringify(options).replace(/\$\{(\w+)\}/g, (_, name) => values[name] ?? ''))
  const compile = (options: ClientOptions, route = '*') => {
    const build = fakeBuild({ route })
    return { build, step: client.compile(options, build).steps?.[route === '*' ? 'client' : 'client.lists'] }
  }

  test('may be one entry, a named one, or several with commas between', () => {
    for (const value of ['10.0.0.0/8', 'private', '192.0.2.1, 10.0.0.0/8', 'loopback,private']) {
      const { build, step } = compile(resolved(canonical({ proxies: '${LB}' }), { LB: value }))
      expect(build.mistakes).toEqual([])
      expect(step).toBeTypeOf('function')
    }
  })

  test('is a mistake where it is nothing of that kind, at the place that was written', () => {
    const options = canonical({
      proxies: ['loopback', '${LB}', { hops: 1, from: ['10.0.0.0/8', '${LB}'] }],
      deny: ['loopback', '${LB}'],
      allow: ['private', '${LB}'],
    })
    for (const value of ['', 'nonsense', '10.0.0.5/8', '192.0.2.1,', '127.1', '${LB}']) {
      const { build } = compile(resolved(options, { LB: value }))
      expect(build.mistakes.map((mistake) => mistake.split(': ')[0])).toEqual([
        'proxies.1',
        'proxies.2.from.1',
        'deny.1',
        'allow.1',
      ])
    }
  })

  test('never opens a list that was written: one that comes out empty admits nobody and trusts nobody', () => {
    const options = resolved(canonical({ allow: '${X}', proxies: { hops: 1, from: ['${X}'] } }), { X: 'nonsense' })
    const { step } = compile(options)
    const facts = stepOf()({ peer: '203.0.113.7', headers: xff('198.51.100.1') }).facts
    expect(step?.(facts)).toMatchObject({ code: 'client-denied' })
    expect(facts.client.address).toBe('203.0.113.7')
  })

  test('is judged in a route, too', () => {
    const { build } = compile(resolved(canonical({ deny: '${X}' }), { X: 'nonsense' }), 'GET /admin')
    expect(build.mistakes).toHaveLength(1)
  })
})
