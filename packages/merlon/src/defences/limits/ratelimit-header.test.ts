import { describe, expect, test } from 'vitest'
import { Answer } from '../../contract/answer.ts'
import type { Reading } from '../../contract/counters.ts'
import { Bench, client, read, request } from './limits.fixture.ts'
import { nameApart } from './names.ts'
import type { HeadersMode } from './options.ts'
import { HeaderTexts, retryAfter, writeHeaders } from './ratelimit-header.ts'

function reading(name: string, more: Partial<Reading> = {}): Reading {
  return {
    limit: { id: name, name, algorithm: 'gcra', quota: 5, windowMs: 60_000, burst: 5, overflowTimes: 16 },
    admits: true,
    remaining: 4,
    nextMs: 11_001,
    retryMs: 0,
    resetMs: 12_000,
    ...more,
  }
}

function written(mode: HeadersMode, readings: readonly Reading[], list: string[] = []): Record<string, string> {
  const answer = new Answer(200, list)
  writeHeaders(answer, mode, textsOf({ general: 'off', a: '5/1m' }), readings)
  const out: Record<string, string> = {}
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at] as string
    out[name] = name in out ? `${out[name]} | ${list[at + 1]}` : (list[at + 1] as string)
  }
  return out
}

function textsOf(limits: unknown): HeaderTexts {
  return new HeaderTexts(nameApart(read(limits).limits.filter(({ mode }) => mode !== 'off')))
}

describe('the headers', () => {
  test('name the policies of the route once, windows in whole seconds or not at all', () => {
    expect(textsOf({ login: '5/15m', tick: '3/500ms' }).policy([])).toBe(
      '"general";q=100;w=900, "login";q=5;w=900, "tick";q=3',
    )
  })

  test('say what remains, and until when no more can be used', () => {
    const waits = reading('b', { admits: false, remaining: 0, nextMs: 3000, retryMs: 9000 })
    expect(textsOf({}).limit([reading('a'), waits])).toBe('"a";r=4;t=12, "b";r=0;t=9')
  })

  test('tell bytes in bytes, and say nothing of windows that are not always as long', () => {
    const texts = textsOf({
      general: 'off',
      upload: { rate: '10mb/1h', cost: 'bytes' },
      month: { rate: '10000/month', algorithm: 'fixed-window' },
    })
    expect(texts.policy([])).toBe('"month";q=10000, "upload";q=10485760;qu="content-bytes";w=3600')
    expect(texts.limit([reading('upload', { remaining: 3 })])).toBe('"upload";r=3072;t=12')
  })

  test('name the rates that counted this request, where rates vary', () => {
    const texts = textsOf({ general: 'off', api: { tiers: { free: '10/1m', pro: '100/1m' } } })
    const pro = reading('api', {
      limit: {
        id: 'api#tier:pro',
        name: 'api',
        algorithm: 'gcra',
        quota: 100,
        windowMs: 60_000,
        burst: 100,
        overflowTimes: 16,
      },
    })
    expect(texts.policy([pro])).toBe('"api";q=100;w=60')
  })

  test('wait for the slowest of those that refuse, a second at the least', () => {
    const slow = reading('b', { admits: false, retryMs: 2001 })
    expect(retryAfter([reading('a', { retryMs: 99_000 }), slow, reading('c', { admits: false, retryMs: 5 })])).toBe(3)
    expect(retryAfter([reading('a', { admits: false, retryMs: 1 })])).toBe(1)
  })

  test('of the older kind have room for one limit: the one that refuses, or else leaves least', () => {
    const poor = reading('b', { remaining: 1, resetMs: 30_500 })
    expect(written('legacy', [reading('a'), poor])).toEqual({
      'X-RateLimit-Limit': '5',
      'X-RateLimit-Remaining': '1',
      'X-RateLimit-Reset': '31',
    })
    const refuses = reading('c', { admits: false, remaining: 2, retryMs: 7000 })
    expect(written('legacy', [poor, refuses])['X-RateLimit-Reset']).toBe('7')
    expect(Object.keys(written('both', [poor]))).toHaveLength(5)
  })

  test('leave a handler’s own policies beside ours, and replace what cannot stand in the same list', () => {
    const own = written('standard', [reading('a')], ['ratelimit', '"mine";r=1', 'RateLimit-Policy', '"mine";q=2'])
    expect(own).toEqual({
      ratelimit: '"mine";r=1',
      RateLimit: '"a";r=4;t=12',
      'RateLimit-Policy': '"mine";q=2 | "a";q=5;w=60',
    })
    const old = written('standard', [reading('a')], ['RateLimit', 'limit=5, remaining=4, reset=12'])
    expect(old).toEqual({ RateLimit: '"a";r=4;t=12', 'RateLimit-Policy': '"a";q=5;w=60' })
  })

  test('tell which counter each limit took, where the policy says so: the same for the same, and no more', () => {
    const bench = new Bench()
    const compiled = bench.compile(
      read({ general: '9/1m', mail: { rate: '9/1m', by: { body: 'email' } }, partition: true }),
    )
    const said = (from: string, email: string) => {
      const facts = request(client(from), { email })
      bench.ask(compiled, facts)
      return bench.leave(compiled, facts, 200)['RateLimit'] ?? ''
    }
    const [one, again, other] = [said('192.0.2.1', 'a@b'), said('192.0.2.1', 'A@B '), said('192.0.2.2', 'a@b')]
    const keys = (text: string) => Array.from(text.matchAll(/;pk=(:[A-Za-z0-9+/]{11}=:)/g), ([, key]) => key)
    expect(one).toMatch(/^"general";r=8;t=7;pk=:[A-Za-z0-9+/]{11}=:, "mail";r=8;t=7;pk=:[A-Za-z0-9+/]{11}=:$/)
    expect(keys(again)).toEqual(keys(one))
    expect(keys(other)[0]).not.toBe(keys(one)[0])
    expect(keys(other)[1]).toBe(keys(one)[1])
  })
})
