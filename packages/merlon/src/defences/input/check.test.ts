import { expect, test } from 'vitest'
import { check } from './check.ts'
import { inputOf } from './input.fixture.ts'

const use = { use: 'A' }
const codes = (written: unknown, key?: string) =>
  check(inputOf(written), true, key === undefined ? 'policy' : 'route', key).map(({ code }) => code)

test('a policy without schemas has no finding of its own, one that is off has', () => {
  expect(codes({})).toEqual([])
  expect(codes('off')).toEqual(['input-off'])
  expect(codes({ body: use })).toEqual(['input-body-everywhere'])
})

test('a route that writes and has no schema for its body is noted', () => {
  expect(codes({}, 'POST /users')).toEqual(['input-no-body'])
  expect(codes({ mode: 'off', body: use }, 'GET,PATCH /users')).toEqual(['input-no-body'])
  expect(codes({ body: use }, 'PUT /users')).toEqual([])
  expect(codes({}, 'GET /users')).toEqual([])
  expect(codes({}, '/postings')).toEqual([])
})

test('parameters are looked for where there are some', () => {
  expect(codes({ params: use }, 'GET /books/:id')).toEqual([])
  expect(codes({ params: use }, '/files/*')).toEqual([])
  expect(codes({ params: use }, '* /books')).toEqual(['input-params-nowhere'])
})

test('a route in observe is noted', () => {
  expect(codes({ mode: 'observe', query: use }, 'GET /books')).toEqual(['input-observe'])
  expect(codes('observe', 'GET /books')).toEqual([])
})
