import { describe, expect, test } from 'vitest'
import { formatMistake, PolicyError } from './mistake.ts'

const message = 'expected a whole number from 1 to 32, got 100'
const path = ['routes', 'POST /auth/login', 'limits', 'login', 'burst']

describe('a mistake', () => {
  test('says the place, what was expected and what was probably meant', () => {
    const mistake = { path, file: 'merlon.yaml', line: 12, column: 7, message, suggestion: 'did you mean 10?' }
    expect(formatMistake(mistake)).toBe(
      `merlon.yaml:12:7  routes["POST /auth/login"].limits.login.burst\n  ${message}\n  did you mean 10?`,
    )
  })

  test('without a file it says the path alone, and without either that it is the policy', () => {
    expect(formatMistake({ path, message })).toBe(`routes["POST /auth/login"].limits.login.burst\n  ${message}`)
    expect(formatMistake({ path: [], message })).toBe(`policy\n  ${message}`)
    expect(formatMistake({ path: [], file: 'a.yaml', message })).toBe(`a.yaml\n  ${message}`)
  })
})

describe('the error of a policy', () => {
  test('prints every mistake', () => {
    const error = new PolicyError([
      { path: ['cors'], message: 'expected a' },
      { path: ['size'], message: 'expected b' },
    ])
    expect(error).toBeInstanceOf(Error)
    expect(error.name).toBe('PolicyError')
    expect(error.message).toBe('the policy has 2 mistakes\n\ncors\n  expected a\n\nsize\n  expected b\n')
    expect(new PolicyError([{ path: [], message: 'expected a' }]).message).toMatch(/^the policy has a mistake\n/)
  })
})
