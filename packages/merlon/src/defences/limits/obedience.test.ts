import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Bench, client, read, request } from './limits.fixture.ts'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
const ann = client('192.0.2.10')

describe('what the headers say is what is enforced', () => {
  test.each(['gcra', 'sliding-window', 'fixed-window', 'strict', 'calendar'])(
    'a sole client that obeys them to the letter is never refused: %s',
    (kind) => {
      console.info(`seed ${seed}`)
      const limit = fc.record({ quota: fc.integer({ min: 1, max: 12 }), seconds: fc.integer({ min: 1, max: 40 }) })
      const policies = fc.record({
        a: limit,
        b: limit,
        cost: fc.integer({ min: 1, max: 3 }),
        idle: fc.nat(900),
        start: fc.nat(86_400_000),
      })
      const setting = kind === 'calendar' ? { algorithm: 'fixed-window', zone: 'Europe/Berlin' } : { algorithm: kind }
      const rate = ({ quota, seconds }: { quota: number; seconds: number }, cost = 1) =>
        `${Math.max(cost, quota)}/${kind === 'calendar' ? 'minute' : `${seconds}s`}`
      fc.assert(
        fc.property(policies, ({ a, b, cost, idle, start }) => {
          const bench = new Bench({ wallMs: 1_790_000_000_000 + start })
          const compiled = bench.compile(
            read({ general: { ...setting, rate: rate(a, cost), cost }, b: { ...setting, rate: rate(b) } }),
          )
          for (let turn = 0; turn < 12; turn++) {
            const facts = request(ann)
            if (bench.ask(compiled, facts)) return false
            const said = bench.leave(compiled, facts, 200)['RateLimit'] ?? ''
            bench.nowMs += idle
            // It uses no more than remains; where too little does, it waits for the time that is told.
            for (const [, name, r, t] of said.matchAll(/"(\w+)";r=(\d+);t=(\d+)/g)) {
              if (Number(r) < (name === 'general' ? cost : 1)) bench.nowMs += Number(t) * 1000
            }
          }
          return true
        }),
        { numRuns: kind === 'calendar' ? 200 : 1_000, seed, verbose: false },
      )
    },
  )

  test('after Retry-After the same request is admitted, and a second before it is not', () => {
    const strict = { rate: '5/1m', strict: true }
    for (const written of ['1/7s', '7/1m', '3/1d', { general: { rate: '10/1m', cost: 7 } }, { general: strict }]) {
      const bench = new Bench()
      const compiled = bench.compile(read(written))
      let refusal = bench.ask(compiled, request(ann))
      while (!refusal) refusal = bench.ask(compiled, request(ann))
      const seconds = Number(refusal.headers?.[1])
      bench.nowMs = (seconds - 1) * 1000
      expect(bench.ask(compiled, request(ann))?.headers).toEqual(['Retry-After', '1'])
      bench.nowMs = seconds * 1000
      expect(bench.ask(compiled, request(ann))).toBeUndefined()
    }
  })

  test('Retry-After holds for every algorithm, whatever was sent before', () => {
    const settings = fc.constantFrom(
      { algorithm: 'gcra' },
      { algorithm: 'sliding-window' },
      { algorithm: 'fixed-window' },
      { algorithm: 'fixed-window', zone: 'America/New_York', rate: '7/minute' },
      { algorithm: 'strict' },
    )
    const turns = fc.array(fc.nat(9_000), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 9 }), turns, (setting, quota, pauses) => {
        const bench = new Bench()
        const compiled = bench.compile(read({ general: { rate: `${quota}/30s`, ...setting } }))
        for (const pause of pauses) {
          bench.nowMs += pause
          const refusal = bench.ask(compiled, request(ann))
          if (!refusal) continue
          bench.nowMs += Number(refusal.headers?.[1]) * 1000
          if (bench.ask(compiled, request(ann))) return false
        }
        return true
      }),
      { numRuns: 1_000, seed, verbose: false },
    )
  })
})
