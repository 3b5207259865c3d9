import { expect, test } from 'vitest'
import { parseCookies } from './cookies.ts'

test.each([
  ['', {}],
  ['a=1', { a: '1' }],
  ['a=1; b=2', { a: '1', b: '2' }],
  ['a=1;b=2;;', { a: '1', b: '2' }],
  [' a = 1 ; b=', { a: '1', b: '' }],
  ['a=b=c', { a: 'b=c' }],
  ['a="1"', { a: '1' }],
  ['a="', { a: '"' }],
  ['a=%20+', { a: '%20+' }],
  ['nothing; =x; a=1', { a: '1' }],
  ['a=1; a=2; A=3', { a: ['1', '2'], A: '3' }],
  ['__proto__=1; constructor=2', { constructor: '2' }],
])('%j', (text, cookies) => {
  expect({ ...parseCookies(text) }).toEqual(cookies)
})
