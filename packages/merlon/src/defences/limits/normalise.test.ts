import { describe, expect, test } from 'vitest'
import type { As } from './by.ts'
import { normalise } from './normalise.ts'

describe('one account has one spelling', () => {
  test.each<[As, string, string]>([
    ['exact', ' Ann ', ' Ann '],
    ['trim', '\u00a0 Ann\ufeff', 'Ann'],
    ['lower', ' ANN-É ', 'ann-É'],
    ['email', ' ANN@EXAMPLE.COM ', 'ann@example.com'],
    ['email', 'Ren\u0065\u0301@example.com', 'ren\u00e9@example.com'],
    // The Kelvin sign is a K to NFC.
    ['email', '\u212aim@example.com', 'kim@example.com'],
    // Lower case beyond ASCII differs between languages; it is left as it is.
    ['email', '\u0130x@example.com', '\u0130x@example.com'],
    // Compatibility forms stay apart: an application that equates them has to refuse them in its own schema.
    ['email', '\uff41nn@example.com', '\uff41nn@example.com'],
  ])('%s of %j is %j', (as, text, expected) => {
    expect(normalise(text, as)).toBe(expected)
  })
})
