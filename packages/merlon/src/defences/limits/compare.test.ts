import { describe, expect, test } from 'vitest'
import { compareLimits, comparePenalties } from './compare.ts'
import { read } from './limits.fixture.ts'

function compare(before: unknown, after: unknown): string[] {
  const limits = (written: unknown) => read({ general: 'off', a: written }).limits
  return compareLimits(limits(before), limits(after)).map(({ direction, text }) => `${direction}: ${text}`)
}

const RATE = { rate: '5/1h' }
const ACCOUNT = { rate: '5/1h', by: { body: 'user' }, counts: 'failures' }

describe('what becomes of a limit', () => {
  test.each([
    [RATE, { ...RATE, strict: true }, 'tighter', '5/1h by address, strict instead of 5/1h by address'],
    [{ ...RATE, strict: true }, RATE, 'looser', '5/1h by address instead of 5/1h by address, strict'],
    [RATE, { ...RATE, algorithm: 'sliding-window' }, 'other', '5/1h by address, in a sliding window instead of'],
    [RATE, { ...RATE, counts: 'failures' }, 'looser', '5/1h by address, failures alone instead of'],
    [{ ...RATE, counts: 'handler' }, RATE, 'tighter', 'instead of 5/1h by address, as the handler says'],
    [{ ...RATE, counts: 'handler' }, { ...RATE, counts: 'failures' }, 'other', 'failures alone instead of'],
    [ACCOUNT, { ...ACCOUNT, success: ['2xx', 302] }, 'other', '(success is 2xx, 302)'],
    [ACCOUNT, { ...ACCOUNT, known: '30d' }, 'looser', 'known clients apart for 30d'],
    [RATE, { ...RATE, onFailure: 'open' }, 'looser', 'open without its store'],
    [RATE, { ...RATE, onFailure: 'closed' }, 'tighter', 'closed without its store'],
    [RATE, { ...RATE, counting: 'leased' }, 'looser', ', leased'],
    [RATE, { ...RATE, by: { prefix: 24 } }, 'other', 'by address within /24 (IPv6 /48)'],
    [
      { tiers: { free: '1/1h', pro: '5/1h' } },
      { tiers: { free: '1/1h', pro: '9/1h' } },
      'looser',
      '1/1h by principal, 1/1h for free, 9/1h for pro',
    ],
    [
      { tiers: { free: '1/1h', pro: '5/1h' } },
      { tiers: { free: '2/1h', pro: '4/1h' } },
      'other',
      '2/1h by principal, 2/1h for free, 4/1h for pro',
    ],
    [
      { ...RATE, when: { between: '22:00-06:00', rate: '9/1h' } },
      { ...RATE, when: { between: '22:00-06:00', rate: '8/1h' } },
      'tighter',
      '5/1h by address, 8/1h between 22:00 and 06:00 (UTC)',
    ],
    [
      { rate: '10mb/1h', cost: 'bytes' },
      { rate: '20mb/1h', cost: 'bytes' },
      'looser',
      '20mb/1h by address instead of 10mb/1h by address',
    ],
    [
      { rate: '10/month', algorithm: 'fixed-window' },
      { rate: '5/month', algorithm: 'fixed-window' },
      'tighter',
      '5/month by address, in fixed windows instead of 10/month',
    ],
  ])('%j to %j is %s', (before, after, direction, text) => {
    const [said = '', ...more] = compare(before, after)
    expect(more).toEqual([])
    expect(said).toMatch(new RegExp(`^${direction}: `))
    expect(said).toContain(text)
  })
})

test('what becomes of penalties', () => {
  const penalty = { after: 10, within: '10m', ban: ['1m', '1h'] }
  const of = (written: unknown) => read({ penalty: written }).penalties
  expect(comparePenalties(of('off'), of('off'))).toEqual([])
  expect(comparePenalties(undefined, of(penalty))).toEqual([
    { direction: 'tighter', text: 'penalty added: 10 refusals in 10m ban for 1m, 1h' },
  ])
  expect(comparePenalties(of(penalty), of('off'))[0]?.direction).toBe('looser')
  expect(comparePenalties(of(penalty), of({ ...penalty, after: 5 }))[0]?.text).toMatch(/^penalty: 5 .* instead of 10 /)
})
