import { describe, expect, test } from 'vitest'
import { chooseLanguage } from './language.ts'

const KNOWN = ['en', 'de', 'pt-br', 'zh-hant']

describe('the language of a client', () => {
  test.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['de-Latn-AT-1996', 'de'],
    ['en;q=0.5, de;q=0.6', 'de'],
    ['fr, en;q=0.1', 'en'],
    ['PT-BR', 'pt-br'],
    ['zh-Hant-TW', 'zh-hant'],
    ['*', 'en'],
    ['fr;q=0.9, *;q=0.1', 'en'],
  ])('%s is answered in %s', (header, language) => {
    expect(chooseLanguage(header, KNOWN, 'en')).toBe(language)
  })

  test.each([[undefined], [''], ['fr'], ['pt'], ['de;q=0'], ['de;q=nothing'], ['d'], ['-'], [',,,;;;'], ['__proto__']])(
    'where it asks for %s, none is chosen',
    (header) => {
      expect(chooseLanguage(header, KNOWN, 'en')).toBeUndefined()
    },
  )

  test('is looked for in the first ranges alone, so that a long header costs no more than a short one', () => {
    expect(chooseLanguage(`${'fr,'.repeat(20)}de`, KNOWN, 'en')).toBeUndefined()
    expect(chooseLanguage(`${'f'.repeat(100_000)},de`, KNOWN, 'en')).toBeUndefined()
    expect(chooseLanguage('a-'.repeat(100_000), KNOWN, 'en')).toBeUndefined()
  })
})
