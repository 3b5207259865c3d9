import { describe, expect, test } from 'vitest'
import { canonical } from './deadline.fixture.ts'
import { deadline } from './index.ts'

const codes = (written: unknown, scope?: 'policy' | 'route') =>
  deadline.check(canonical(written), true, scope).map((finding) => finding.code)

describe('the check of deadline', () => {
  test('finds nothing in the defaults', () => {
    expect(codes({})).toEqual([])
  })

  test('finds what is turned off, in a route too', () => {
    expect(codes('off')).toEqual(['deadline-off'])
    expect(codes('off', 'route')).toEqual(['deadline-off'])
  })

  test('finds long times for every route, not for one', () => {
    expect(codes({ total: '6m', headers: '2m', answer: 'off' })).toEqual([
      'deadline-total',
      'deadline-headers',
      'deadline-answer',
    ])
    expect(codes({ total: '1h', answer: 'off' }, 'route')).toEqual([])
  })

  test('finds a client that may be silent for long, wherever', () => {
    expect(codes({ idle: '61s' }, 'route')).toEqual(['deadline-idle'])
  })

  test('finds a body that only fast clients can send in time', () => {
    const route = (size: number) => ({
      methods: ['POST'],
      pattern: '/uploads',
      size: { mode: 'enforce', maxBytes: size },
    })
    const found = (written: unknown, size: number) =>
      deadline
        .check(canonical(written), true, 'route', 'POST /uploads', {
          size: { mode: 'enforce', maxBytes: 102_400 },
          routes: [route(size)],
        })
        .map(({ code }) => code)
    expect(found({}, 50 * 1024 ** 2)).toEqual(['deadline-body'])
    expect(found({}, 10 * 1024 ** 2)).toEqual([])
    expect(found({ total: '2m', body: '90s' }, 50 * 1024 ** 2)).toEqual([])
    expect(deadline.check(canonical(), true, 'policy', '*', { size: { mode: 'off', maxBytes: 1e12 } })).toEqual([])
  })
})
