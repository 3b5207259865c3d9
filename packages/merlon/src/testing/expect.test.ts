import { describe, expect, test } from 'vitest'
import { expectAdmitted, expectRefused } from '../testing.ts'

const body = {
  type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
  title: 'Too many requests',
  status: 429,
  detail: 'Try again in 5 seconds.',
  requestId: 'a-1',
}
const text = JSON.stringify(body)
const denied = { type: 'https://api.example/problems/client-denied', title: 'No', status: 403, requestId: 'a-2' }

describe('a refusal is known in answers of', () => {
  test.each([
    ['fetch', () => new Response(text, { status: 429 })],
    ['supertest', () => ({ status: 429, headers: {}, text, body })],
    ['inject', () => ({ statusCode: 429, headers: {}, payload: text, body: text })],
    ['whoever parses', () => ({ status: 429, body })],
    ['node, collected', () => ({ statusCode: 429, body: text })],
  ])('%s', async (_, answer) => {
    expect(await expectRefused(answer(), 'rate-limited')).toMatchObject({
      code: 'rate-limited',
      status: 429,
      detail: 'Try again in 5 seconds.',
      requestId: 'a-1',
    })
    await expect(expectAdmitted(answer())).rejects.toThrow(
      'expected an answer of the handler, got 429 "rate-limited": Try again in 5 seconds. (request id a-1)',
    )
  })

  test('any form: types of one’s own, and { error }', async () => {
    expect(await expectRefused({ status: 403, body: denied })).toMatchObject({ code: 'client-denied' })
    const error = { error: { code: 'origin-refused', message: 'No', requestId: 'a-3' } }
    expect(await expectRefused({ status: 403, body: error }, 'origin-refused')).toMatchObject({ detail: 'No' })
  })
})

describe('what is no refusal', () => {
  test.each([
    ['an answer', { status: 200, text: 'hello' }],
    ['another 429', { status: 429, text: 'slow down' }],
    ['JSON of the app', { status: 404, body: { error: 'not found' } }],
    ['a problem of another', { status: 404, body: { type: 'https://other.example/gone-fishing', status: 404 } }],
    ['nothing', { status: 204, text: '' }],
  ])('%s', async (_, answer) => {
    await expectAdmitted(answer)
    await expect(expectRefused(answer)).rejects.toThrow(`expected a refusal, got ${answer.status}`)
  })
})

describe('a failed expectation', () => {
  test('says what came instead, as test runners know it', async () => {
    const failed = await expectRefused({ status: 403, body: denied }, 'rate-limited').catch((error) => error)
    expect(failed).toMatchObject({
      name: 'AssertionError',
      code: 'ERR_ASSERTION',
      actual: 'client-denied',
      expected: 'rate-limited',
      message: 'expected a refusal "rate-limited", got 403 "client-denied": No',
    })
  })

  test('leaves the answer to be read', async () => {
    const answer = new Response(text, { status: 429 })
    await expectRefused(answer)
    expect(await answer.json()).toEqual(body)
    await expect(expectRefused(answer)).rejects.toThrow('hand it over before that')
  })

  test('asks for an await that is missing', async () => {
    await expect(expectAdmitted(Promise.resolve(new Response('in')) as never)).rejects.toThrow('is an await missing')
  })
})
