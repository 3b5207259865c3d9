import { expect, test } from 'vitest'
import { check } from './check.ts'
import { principalOf } from './principal.fixture.ts'

test('that nobody is required is noted for the policy, and not for a route that is for everybody', () => {
  const codes = (written: unknown, scope?: string) => check(principalOf(written), true, scope).map(({ code }) => code)
  expect(codes({ use: 'whoIs' })).toEqual(['principal-optional'])
  expect(codes({ use: 'whoIs', required: true })).toEqual([])
  expect(codes('off')).toEqual([])
  expect(codes({ use: 'whoIs' }, 'route')).toEqual([])
})
