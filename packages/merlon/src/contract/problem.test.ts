import { describe, expect, test } from 'vitest'
import { codeOfStatus, PROBLEM, Problem, problem } from './problem.ts'

describe('a problem to throw', () => {
  test('is an error with a stack and the status that frameworks look for', () => {
    const thrown = problem(404, { detail: 'There is no such book.' })
    expect(thrown).toBeInstanceOf(Error)
    expect(thrown).toBeInstanceOf(Problem)
    expect(thrown).toMatchObject({ name: 'Problem', message: 'There is no such book.', status: 404 })
    expect(thrown.stack).toContain('problem.test')
  })

  test('comes by status or by code', () => {
    expect(problem(409)[PROBLEM]).toMatchObject({ code: 'conflict', status: 409 })
    expect(problem('rate-limited')[PROBLEM]).toMatchObject({ code: 'rate-limited', status: 429 })
    expect(problem(418, { title: 'Teapot' })[PROBLEM]).toMatchObject({
      code: 'client-error',
      status: 418,
      title: 'Teapot',
    })
    expect(problem(507)[PROBLEM]).toMatchObject({ code: 'internal', status: 507 })
  })

  test('is no problem with another status or an unknown code', () => {
    for (const what of [200, 399, 600, 404.5, Number.NaN])
      expect(() => problem(what)).toThrow(`from 400 to 599, got ${what}`)
    expect(() => problem('toString' as never)).toThrow('expected a problem code such as "not-found", got toString')
  })

  test('takes its headers as a flat list', () => {
    const thrown = problem(503, { headers: { 'Retry-After': '30', Link: '</status>' } })
    expect(thrown[PROBLEM].headers).toEqual(['Retry-After', '30', 'Link', '</status>'])
  })

  test('gives every status the first code that the table has for it', () => {
    const codes = [400, 401, 403, 404, 413, 415, 418, 451, 500, 503, 508].map(codeOfStatus)
    expect(codes).toEqual([
      'bad-request',
      'unauthenticated',
      'forbidden',
      'not-found',
      'body-too-large',
      'unsupported-media-type',
      'client-error',
      'client-error',
      'internal',
      'unavailable',
      'internal',
    ])
  })
})
