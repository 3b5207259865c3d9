import { describe, expect, test } from 'vitest'
import { distance, nearest } from './nearest.ts'

describe('the nearest known name', () => {
  const known = ['mode', 'origins', 'methods', 'credentials', 'maxAge', 'frameOptions']

  test.each([
    ['orgins', 'origins'],
    ['oirgins', 'origins'],
    ['originss', 'origins'],
    ['Origins', 'origins'],
    ['max-age', 'maxAge'],
    ['max_age', 'maxAge'],
    ['frame-options', 'frameOptions'],
    ['credential', 'credentials'],
    ['mdoe', 'mode'],
  ])('%s means %s', (written, meant) => {
    expect(nearest(written, known)).toBe(meant)
  })

  test.each(['banana', 'x', '', '---', 'constructor'])('"%s" is near to none', (written) => {
    expect(nearest(written, known)).toBeUndefined()
  })

  test('two letters that changed places are one step', () => {
    expect(distance('csp', 'cps')).toBe(1)
    expect(distance('abc', 'abc')).toBe(0)
    expect(distance('', 'abc')).toBe(3)
  })

  test('a name of megabytes is not measured', () => {
    const begun = performance.now()
    expect(nearest('o'.repeat(1_000_000), known)).toBeUndefined()
    expect(performance.now() - begun).toBeLessThan(100)
  })
})
