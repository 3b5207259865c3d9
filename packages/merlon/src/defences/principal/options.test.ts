import { describe, expect, test } from 'vitest'
import { desugar, fold } from './options.ts'
import { mistakesIn, principalOf } from './principal.fixture.ts'

describe('the section', () => {
  test('is off where nothing is written, and on where something is', () => {
    expect(principalOf({ mode: 'off' })).toEqual({ mode: 'off', required: false })
    expect(principalOf(false)).toEqual({ mode: 'off', required: false })
    expect(principalOf('off')).toEqual({ mode: 'off', required: false })
    expect(principalOf({ use: 'whoIs' })).toEqual({ mode: 'enforce', use: 'whoIs', required: false })
  })

  test('turned off keeps nothing, and turned on again by what a route writes', () => {
    const off = { ...(desugar({ use: 'whoIs', required: true }) as object), ...(desugar('off') as object) }
    expect(principalOf(off)).toEqual({ mode: 'off', required: false })
    const again = { ...off, ...(desugar({ required: true }) as object) }
    expect(principalOf(again)).toEqual({ mode: 'enforce', use: 'whoIs', required: true })
  })

  test('has a function wherever it is on', () => {
    expect(mistakesIn({ required: true })).toEqual([
      'use: the name of a function that the program binds, such as "whoIs"',
    ])
  })

  test.each(['Bearer realm="a"', 'Bearer, Basic', 'Bearer\r\nSet-Cookie: a=1', ' Bearer', '', 'Bearer\n'])(
    'takes %j for no scheme',
    (scheme) => {
      expect(mistakesIn({ use: 'whoIs', scheme })).toHaveLength(1)
    },
  )

  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what one writes
  test.each(['a"b', 'a\\b', 'a\r\nb', 'café', '${REALM}', ''])('takes %j for no realm', (realm) => {
    expect(mistakesIn({ use: 'whoIs', scheme: 'Basic', realm })).toHaveLength(1)
  })

  test('names no realm without a scheme', () => {
    expect(mistakesIn({ use: 'whoIs', realm: 'shop' })[0]).toContain('authentication scheme')
  })
})

describe('a path that fits only folded', () => {
  const on = principalOf({ use: 'whoIs', required: true })
  const lax = principalOf({ use: 'other' })
  const off = principalOf('off')

  test('has whoever is required by either', () => {
    expect(fold(on, lax)).toEqual({ mode: 'enforce', use: 'other', required: true })
    expect(fold(lax, on)).toEqual(on)
  })

  test('is not turned off', () => {
    expect(fold(on, off)).toEqual(on)
    expect(fold(off, on)).toEqual(on)
  })
})
