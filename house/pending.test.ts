import { expect, test } from 'vitest'
import { committedPending, pendingPaths } from './pending.ts'
import { exists } from './tree.ts'

test('nothing that exists is still listed as pending', () => {
  expect(pendingPaths.filter(exists)).toEqual([])
})

test('the list only shrinks', () => {
  const added = committedPending().flatMap((before) => pendingPaths.filter((path) => !before.includes(path)))
  expect([...new Set(added)]).toEqual([])
})

test('the list is sorted and names each thing once', () => {
  expect(pendingPaths).toEqual([...new Set(pendingPaths)].sort())
})
