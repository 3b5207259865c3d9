import { expect, test } from 'vitest'
import { LogBudget } from './log-budget.ts'

test('a flood of one kind is cut, counted, and leaves the others their lines', () => {
  const budget = new LogBudget(2)
  expect([0, 1, 2, 3].map((at) => budget.take('refused', at))).toEqual([0, 0, undefined, undefined])
  expect(budget.take('observed', 4)).toBe(0)
  expect(budget.take('refused', 1000)).toBe(2)
  expect(budget.take('refused', 1001)).toBe(0)
})
