// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies hold them
import { describe, expect, test } from 'vitest'
import { canonical, compile, mistakesOf } from './errors.fixture.ts'
import { errors } from './index.ts'

const defaults = {
  format: 'problem',
  requestId: { header: 'X-Request-Id', accept: 'proxies' },
  typeBase: 'urn:merlon:problem:',
  stack: 'development',
}

describe('the section errors', () => {
  test('has its defaults where nothing is written', () => {
    expect(canonical()).toEqual(defaults)
    expect(canonical({ requestId: {} })).toEqual(defaults)
  })

  test('reads its short forms', () => {
    expect(canonical('error')).toEqual({ ...defaults, format: 'error' })
    expect(canonical({ requestId: 'X-Correlation-Id' }).requestId).toEqual({
      header: 'X-Correlation-Id',
      accept: 'proxies',
    })
    expect(canonical({ stack: 'off' }).stack).toBe('never')
    expect(canonical({ stack: false }).stack).toBe('never')
  })

  test('can be neither turned off nor observed', () => {
    for (const written of ['off', 'observe', false]) {
      expect(mistakesOf(written)).toEqual([
        ': "problem", "error" or settings such as { format: "error" }; this defence cannot be turned off or observed',
      ])
    }
    expect(mistakesOf({ mode: 'off' })).toHaveLength(1)
  })

  test('says what it expected', () => {
    expect(mistakesOf({ requestId: 'X Request' })).toEqual([
      'requestId.header: the name of a header, such as "X-Request-Id"',
    ])
    expect(mistakesOf({ requestId: { accept: 'all' } })).toEqual([
      'requestId.accept: one of "proxies", "always", "never"',
    ])
    expect(mistakesOf({ typeBase: 'problems' })[0]).toContain(
      'the beginning of a URI, such as "https://api.example.com/problems/"',
    )
    expect(mistakesOf({ format: 'html' })).toEqual(['format: one of "problem", "error"'])
  })

  test('takes a variable for what types begin with, and judges it once it is known', () => {
    expect(canonical({ typeBase: '${BASE}/problems/' }).typeBase).toBe('${BASE}/problems/')
    expect(compile({ typeBase: '${BASE}' }).mistakes).toHaveLength(1)
    expect(compile({ typeBase: 'https://api.example.com/problems/' }).mistakes).toEqual([])
    for (const typeBase of ['https://a"b/', 'java script:', 'https://a\r\nb/'])
      expect(mistakesOf({ typeBase })).toHaveLength(1)
  })

  test('finds what is weak', () => {
    const codes = (written: unknown) => errors.check(canonical(written), true).map(({ code }) => code)
    expect(codes({})).toEqual([])
    expect(codes({ requestId: { accept: 'always' } })).toEqual(['errors-any-request-id'])
    expect(codes({ typeBase: '/problems/' })).toEqual(['errors-relative-type'])
  })
})
