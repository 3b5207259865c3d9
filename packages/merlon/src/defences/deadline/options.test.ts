import { describe, expect, test } from 'vitest'
import { canonical, mistakesOf } from './deadline.fixture.ts'
import { deadline } from './index.ts'

describe('the section deadline', () => {
  test('has its defaults where nothing is written', () => {
    expect(canonical()).toEqual({
      mode: 'enforce',
      totalMs: 30_000,
      headersMs: 10_000,
      bodyMs: 10_000,
      idleMs: 10_000,
      handlerMs: 30_000,
      answerMs: 'total',
    })
  })

  test('is plain JSON', () => {
    const options = canonical({ answer: 'off', body: '1s' })
    expect(JSON.parse(JSON.stringify(options))).toEqual(options)
  })

  test('reads its short forms', () => {
    expect(canonical('2m')).toEqual(canonical({ total: '2m' }))
    expect(canonical('off').mode).toBe('off')
    expect(canonical(false).mode).toBe('off')
    expect(canonical('enforce')).toEqual(canonical())
  })

  test('gives the body a third of the whole, unless it is told, and no part more than the whole', () => {
    expect(canonical('2m').bodyMs).toBe(40_000)
    expect(canonical({ total: '2m', body: '90s' }).bodyMs).toBe(90_000)
    expect(canonical({ total: '1s', body: '5s', handler: '5s' })).toMatchObject({ bodyMs: 1000, handlerMs: 1000 })
  })

  test('says what it expected', () => {
    const duration = 'a duration with its unit, such as "500ms", "30s", "15m", "1h" or "30d"'
    expect(mistakesOf(30)).toEqual([
      ': a duration such as "30s", settings such as { total: "30s", body: "10s" }, or "off"',
    ])
    expect(mistakesOf({ total: 30_000 })).toEqual([`total: ${duration}`])
    expect(mistakesOf('2d')).toEqual([`total: ${duration}, at least "10ms", at most "1d"`])
    expect(mistakesOf({ body: '0s' })).toEqual([`body: ${duration}, at least "10ms", at most "1d"`])
    expect(mistakesOf({ answer: 'never' })).toEqual(['answer: "total", "off", or a duration such as "5m"'])
    expect(mistakesOf({ timeout: '1s' })).toHaveLength(1)
  })

  test('cannot be observed: a request is in time or it is not', () => {
    expect(mistakesOf('observe')).toEqual(['mode: one of "enforce", "off"'])
  })

  test('folds to what is shorter of both', () => {
    const { fold } = deadline.section
    const base = canonical({ total: '10s', body: '9s', handler: '8s', answer: '1m' })
    const route = canonical({ total: '20s', body: '2s', idle: '1s', answer: 'off' })
    expect(fold(base, route)).toEqual(canonical({ total: '10s', body: '2s', idle: '1s', handler: '8s', answer: '1m' }))
    expect(fold(base, canonical('off'))).toEqual(base)
    expect(fold(canonical('off'), route)).toEqual(route)
    expect(fold(canonical({ answer: 'off' }), canonical()).answerMs).toBe('total')
    expect(fold(canonical({ answer: '2s' }), canonical({ answer: '1s' })).answerMs).toBe(1000)
  })
})

describe('an inline route', () => {
  const { late, desugar, schema } = deadline.section
  const read = (written: object | string) =>
    schema().parse({ ...late?.under, ...(desugar(written, 'route') as object) })

  test('shortens what it writes and nothing else', () => {
    const base = canonical({ total: '10s', handler: '8s' })
    expect(late?.join(base, read('5s'), 'inline')).toEqual({
      ...base,
      totalMs: 5000,
      bodyMs: base.bodyMs,
      handlerMs: 5000,
    })
    expect(late?.join(base, read({ handler: '1s' }), 'inline')).toEqual({ ...base, handlerMs: 1000 })
    expect(late?.join(base, read('1m'), 'inline')).toEqual(base)
  })

  test('sets no time where the policy sets none', () => {
    expect(late?.join(canonical('off'), read('5s'), 'inline').mode).toBe('off')
  })

  test('cannot lengthen anything, and comes too late for the head', () => {
    const paths = (written: Readonly<Record<string, unknown>>) =>
      late?.tooLate(written).map(({ path }) => path.join('.'))
    expect(paths({ total: '5s', body: '1s' })).toEqual([])
    expect(paths({ mode: 'off', headers: '5s', answer: 'off' })).toEqual(['mode', 'headers', 'answer'])
  })
})
