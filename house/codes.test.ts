import { expect, test } from 'vitest'
import { missing } from './pending.ts'
import { exists, filesBelow, read } from './tree.ts'

const PAGES = 'docs/problems'
const codes = (JSON.parse(read('spec/problems.json')) as { code: string }[]).map(({ code }) => code)

test('every problem code has its page', () => {
  expect(
    missing(
      codes.map((code) => `${PAGES}/${code}.md`),
      exists,
    ),
  ).toEqual([])
})

test('every page of a problem belongs to a code', () => {
  const pages = filesBelow(PAGES).map((path) => path.slice(PAGES.length + 1))
  expect(pages.filter((page) => page !== 'README.md' && !codes.includes(page.replace(/\.md$/, '')))).toEqual([])
})
