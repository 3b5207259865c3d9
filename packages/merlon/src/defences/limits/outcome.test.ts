import { describe, expect, test } from 'vitest'
import { Bench, client, client6, read, request } from './limits.fixture.ts'

const ann = client('192.0.2.10')

/** How many of these outcomes in a row were let through. */
function admitted(written: unknown, statuses: readonly number[], who = ann): number {
  const bench = new Bench()
  const compiled = bench.compile(read({ general: 'off', a: written }))
  return statuses.filter((status) => bench.play(compiled, request(who), status) !== 'rate-limited').length
}

const times = (count: number, status: number) => Array.from({ length: count }, () => status)

describe('limits that count failures', () => {
  const failures = { rate: '3/1h', counts: 'failures' }

  test('give back what succeeds, however often', () => {
    expect(admitted(failures, times(50, 200))).toBe(50)
    expect(admitted(failures, times(50, 204))).toBe(50)
  })

  test.each([400, 401, 403, 404, 422, 429, 500, 502, 503, 504, 302])('keep the charge for %i', (status) => {
    expect(admitted(failures, times(10, status))).toBe(3)
  })

  test('take a redirect for success only where the policy says so: it may lead back to the form', () => {
    expect(admitted({ ...failures, success: ['2xx', 302] }, times(10, 302))).toBe(10)
    expect(admitted({ ...failures, success: '3xx' }, times(10, 303))).toBe(10)
    expect(admitted({ ...failures, success: 204 }, times(10, 200))).toBe(3)
  })

  test('keep the charge of whoever leaves before the answer: killing connections makes no guess free', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: 'off', a: failures }))
    const codes = Array.from({ length: 10 }, () => bench.ask(compiled, request(ann))?.code)
    expect(codes.filter((code) => code === undefined)).toHaveLength(3)
  })

  test('and of one whose client is gone when the answer comes', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: 'off', a: failures }))
    const gone = AbortSignal.abort()
    const codes = Array.from({ length: 10 }, () => {
      const facts = request(ann)
      Object.defineProperty(facts, 'signal', { value: gone })
      return bench.play(compiled, facts, 200)
    })
    expect(codes.filter((code) => code === '200')).toHaveLength(3)
  })

  test('give back once, however often an answer leaves', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: 'off', a: failures }))
    for (let at = 0; at < 2; at++) bench.play(compiled, request(ann), 401)
    const facts = request(ann)
    bench.ask(compiled, facts)
    for (let at = 0; at < 5; at++) bench.leave(compiled, facts, 200)
    expect(bench.play(compiled, request(ann), 401)).toBe('401')
    expect(bench.play(compiled, request(ann), 401)).toBe('rate-limited')
  })

  test('give back what the /48 was charged as well', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: 'off', a: { rate: '1/1h', counts: 'failures' } }))
    const play = (subnet: number, status: number) => bench.play(compiled, request(client6(1, subnet)), status)
    for (let subnet = 0; subnet < 100; subnet++) expect(play(subnet, 200)).toBe('200')
    const failed = Array.from({ length: 100 }, (_, subnet) => play(subnet, 401)).filter((said) => said === '401')
    expect(failed).toHaveLength(16)
  })
})

describe('limits that count successes', () => {
  const successes = { rate: '3/1h', counts: 'successes' }

  test.each([400, 401, 404, 409, 422])('give back %i', (status) => {
    expect(admitted(successes, times(20, status))).toBe(20)
  })

  test.each([200, 201, 302, 408, 429, 500, 504])('keep the charge for %i', (status) => {
    expect(admitted(successes, times(20, status))).toBe(3)
  })
})

describe('limits that the handler settles', () => {
  test('keep every charge until it gives back, and give back once', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: 'off', a: { rate: '3/1h', counts: 'handler' }, b: '100/1h' }))
    const one = (refunds: number) => {
      const facts = request(ann)
      const code = bench.ask(compiled, facts)?.code
      for (let at = 0; at < refunds; at++) compiled.recount?.refund(facts, 'a')
      bench.leave(compiled, facts, 200)
      return code
    }
    expect(Array.from({ length: 10 }, () => one(1))).toEqual(Array(10).fill(undefined))
    expect([one(3), one(0), one(0), one(0), one(0)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'rate-limited',
    ])
  })

  test('names that no limit has, and limits that count every request, are told', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: '5/1m', a: { rate: '3/1h', counts: 'handler' } }))
    const facts = request(ann)
    bench.ask(compiled, facts)
    expect(() => compiled.recount?.refund(facts, 'b')).toThrow(/"a", "general", got "b"/)
    expect(() => compiled.recount?.refund(facts, 'general')).toThrow(/counts every request/)
    expect(() => compiled.recount?.refund(facts, undefined)).not.toThrow()
    expect(() => compiled.recount?.charge(facts, 1.5, 'a')).toThrow(/whole number/)
    expect(() => compiled.recount?.charge(facts, -1, undefined)).toThrow(/whole number/)
  })

  test('charge what is known late, up to a window of debt', async () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: 'off', tokens: '100/1h' }))
    const facts = request(ann)
    expect(bench.ask(compiled, facts)).toBeUndefined()
    compiled.recount?.charge(facts, 99, 'tokens')
    await Promise.resolve()
    expect(bench.ask(compiled, request(ann))?.code).toBe('rate-limited')
    bench.nowMs = 36_000
    expect(bench.ask(compiled, request(ann))).toBeUndefined()
    compiled.recount?.charge(facts, 1e6, undefined)
    await Promise.resolve()
    bench.nowMs = 2 * 3_600_000 + 36_001
    expect(bench.ask(compiled, request(ann))).toBeUndefined()
  })
})

describe('costs that a request brings', () => {
  const upload = (bytes: number, declared = true) => {
    const facts = request(ann)
    if (declared)
      Object.defineProperty(facts, 'header', {
        value: (name: string) => (name === 'content-length' ? String(bytes) : undefined),
      })
    facts.meter = {
      encoding: undefined,
      received: bytes,
      wire: () => undefined,
      decoded: () => undefined,
      end: () => undefined,
    }
    return facts
  }

  test('bytes are charged as declared, in kilobytes begun', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: 'off', a: { rate: '100kb/1h', cost: 'bytes' } }))
    expect(bench.play(compiled, upload(60_000), 200)).toBe('200')
    expect(bench.play(compiled, upload(60_000), 200)).toBe('rate-limited')
    expect(bench.play(compiled, upload(40_000), 200)).toBe('200')
  })

  test('what comes in chunks is charged when it has come', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: 'off', a: { rate: '100kb/1h', cost: 'bytes' } }))
    expect(bench.play(compiled, upload(90_000, false), 200)).toBe('200')
    expect(bench.play(compiled, upload(90_000, false), 200)).toBe('200')
    expect(bench.play(compiled, upload(1, false), 200)).toBe('rate-limited')
  })

  test('a body larger than the limit passes from rest, and is owed', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: 'off', a: { rate: '100kb/1h', cost: 'bytes' } }))
    expect(bench.play(compiled, upload(180_000), 200)).toBe('200')
    bench.nowMs = 2_000_000
    expect(bench.play(compiled, upload(1), 200)).toBe('rate-limited')
  })

  test('what was declared and did not come is given back', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: 'off', a: { rate: '100kb/1h', cost: 'bytes' } }))
    const facts = upload(100_000)
    facts.meter = {
      encoding: undefined,
      received: 10,
      wire: () => undefined,
      decoded: () => undefined,
      end: () => undefined,
    }
    expect(bench.play(compiled, facts, 400)).toBe('400')
    expect(bench.play(compiled, upload(90_000), 200)).toBe('200')
  })

  test('operations are counted in the body, and more than is ever admitted is told so', () => {
    const bench = new Bench()
    const compiled = bench.compile(read({ general: 'off', a: { rate: '10/1h', cost: 'operations' } }))
    const batch = (count: number) =>
      request(
        ann,
        Array.from({ length: count }, () => ({ query: '{ me }' })),
      )
    expect(bench.play(compiled, batch(11), 200)).toBe('request-too-costly')
    expect(bench.play(compiled, batch(7), 200)).toBe('200')
    expect(bench.play(compiled, batch(4), 200)).toBe('rate-limited')
    expect(bench.play(compiled, request(ann, { query: '{ a: me b: me c: me }' }), 200)).toBe('200')
    expect(bench.play(compiled, request(ann), 200)).toBe('rate-limited')
  })
})
