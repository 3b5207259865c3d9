import { expect, test } from 'vitest'
import { countOperations } from './operations.ts'

const document = (query: string) => countOperations({ query })

test.each([
  ['{ me { name } }', 1],
  ['query Q($id: ID!) { user(id: $id) { name friends { name } } }', 1],
  ['mutation { a: login(password: "1") b: login(password: "2") c: login(password: "3") }', 3],
  ['{ a b c }', 3],
  ['query A { a } query B { b c }', 3],
  ['{ ...F } fragment F on Query { a b c }', 3],
  ['{ ... on Query { a b } c }', 3],
  ['{ ... @include(if: true) { a b } }', 2],
  ['{ ... { a b ... on Query { c } } }', 3],
  ['{ a(text: "} } {") { x } b }', 2],
  ['{ a(text: """ } \\""" } """) { x } b }', 2],
  ['{ a # } \n b }', 2],
  ['{ a @skip(if: $no) b @include(if: $yes) @mine }', 2],
  ['{ a(list: [{ x: 1 }, { y: 2 }]) b }', 2],
  ['{ on fragment query }', 3],
  ['{ x: on y: query }', 2],
  ['', 1],
  ['{', 1],
  ['}}} {{{ a', 1],
  ['"unclosed { a b', 1],
  ['"""unclosed { a b', 1],
])('%s asks for %i', (query, count) => {
  expect(document(query)).toBe(count)
})

test('a list counts its entries, and each document in it', () => {
  expect(countOperations([{ query: '{ a b }' }, { query: '{ c }' }, { id: 7 }])).toBe(4)
  expect(countOperations([])).toBe(1)
  expect(countOperations([1, 2, 3])).toBe(3)
})

test.each([undefined, null, 'text', 7, {}, { query: 7 }])('%j is one', (body) => {
  expect(countOperations(body)).toBe(1)
})

test('a broken document is read once, however it is broken', () => {
  const started = performance.now()
  for (const part of ['"""', '"', '\\"""', '{', '...', '#', '"\\', 'a:', '@', '(']) document(part.repeat(300_000))
  expect(performance.now() - started).toBeLessThan(3000)
})
