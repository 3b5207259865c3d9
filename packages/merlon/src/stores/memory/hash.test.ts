import { describe, expect, test } from 'vitest'
import { Subject } from '../../contract/counters.ts'
import { halfSipHash, hashSubject } from './hash.ts'

/** The reference code's own vectors, for inputs 00 01 02 … of so many bytes. */
const vectors: Readonly<Record<number, string>> = {
  0: '218d1f59b9b83cc8',
  2: '064f39ef7c50eb57',
  4: 'd5e78a175be52ea1',
  6: 'ce3e91358aa2bc25',
  8: 'edfee820bce4858c',
  10: '95b0469f06a6f2ee',
  12: '7bc71f9faef5c799',
  14: '3bb1a870eae8e658',
  16: '7336aad25f7bf3b5',
}

function hex(word: number): string {
  return (word >>> 0)
    .toString(16)
    .padStart(8, '0')
    .replace(/(..)(..)(..)(..)/, '$4$3$2$1')
}

describe('the keyed hash', () => {
  test.each(Object.entries(vectors))('is HalfSipHash-2-4 for %s bytes', (length, expected) => {
    const bytes = Array.from({ length: Number(length) }, (_, at) => at)
    const into = { high: 0, low: 0 }
    halfSipHash(String.fromCharCode(...bytes), 0x03020100, 0x07060504, into)
    expect(hex(into.low) + hex(into.high)).toBe(expected)
  })

  test('tells texts apart that differ in length, case, or one half of a unit', () => {
    const texts = [
      '',
      'a',
      'A',
      'aa',
      'a\0',
      '\0a',
      'a\u0100',
      'á',
      'a\u0301',
      'a'.repeat(128),
      'a'.repeat(256),
      'ab\u0100',
      '\u6261',
      'ab',
    ]
    const seen = new Set(
      texts.map((text) => {
        const subject = new Subject(text, undefined)
        hashSubject(subject)
        return `${subject.high} ${subject.low}`
      }),
    )
    expect(seen.size).toBe(texts.length)
  })

  test('gives a subject the same hash every time, and never the one that marks an empty slot', () => {
    const [one, two] = [new Subject('a11:192.0.2.10', undefined), new Subject('a11:192.0.2.10', undefined)]
    hashSubject(one)
    hashSubject(two)
    expect([one.high, one.low]).toEqual([two.high, two.low])
    expect(one.high === 0 && one.low === 0).toBe(false)
  })
})
