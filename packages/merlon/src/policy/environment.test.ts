import { describe, expect, test } from 'vitest'
import { checkOverlayName, environmentOf, isProduction, settleEnvironment } from './environment.ts'

describe('the environment', () => {
  test('MERLON_ENV goes before NODE_ENV, and nothing set is production', () => {
    expect(environmentOf({ MERLON_ENV: 'staging', NODE_ENV: 'development' })).toBe('staging')
    expect(environmentOf({ NODE_ENV: 'development' })).toBe('development')
    expect(environmentOf({})).toBe('production')
    expect(environmentOf({ MERLON_ENV: '', NODE_ENV: '' })).toBe('production')
  })

  test('a name that nobody knows is production, never something laxer', () => {
    expect(settleEnvironment('development', [])).toBe('development')
    expect(settleEnvironment('staging', ['staging'])).toBe('staging')
    for (const name of ['staging', 'Development', ' development', 'dev', 'constructor', '__proto__']) {
      expect(settleEnvironment(name, [])).toBe('production')
    }
  })

  test('production is everything but development and tests', () => {
    expect(['production', 'staging', 'preview', 'development', 'test'].map(isProduction)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })
})

describe('names of overlays', () => {
  test.each([
    ['prod', 'production'],
    ['producton', 'production'],
    ['Production', 'production'],
    ['dev', 'development'],
    ['develop', 'development'],
    ['developement', 'development'],
    ['testing', 'test'],
    ['Test', 'test'],
  ])('%s is surely %s', (name, meant) => {
    expect(checkOverlayName(name)).toMatchObject({ meant })
  })

  test.each(['production', 'development', 'test', 'staging', 'stage', 'preview', 'qa', 'best', 'eu-west'])(
    '%s may be meant as it is',
    (name) => {
      expect(checkOverlayName(name)).toBeUndefined()
    },
  )

  test.each(['', 'a b', '1st', 'toString()'])('"%s" is no name', (name) => {
    expect(checkOverlayName(name)).toMatchObject({ expected: expect.stringContaining('letters') })
  })
})
