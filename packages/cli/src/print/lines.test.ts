import { describe, expect, test } from 'vitest'
import { mayColour } from '../terminal.ts'
import { counted, printable, under, widthOf, wrap } from './lines.ts'
import { paintIn, paintSeverity } from './paint.ts'

describe('lines', () => {
  test('break between words, and leave a long word whole', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrap('a https://a.example/long b', 6)).toEqual(['a', 'https://a.example/long', 'b'])
    expect(wrap('a  b', 6)).toEqual(['a  b'])
    expect(wrap('', 6)).toEqual([''])
  })

  test('stand under each other beside their label', () => {
    expect(under('write', 7, 'one two three', 14)).toBe('write  one two\n       three')
  })

  test('are as wide as the terminal, within reason', () => {
    expect([undefined, 0, 20, 80, 500].map(widthOf)).toEqual([110, 40, 40, 80, 110])
  })

  test('show what a terminal would obey or hide', () => {
    expect(printable('a\u001b[2Jb\u202ec\n\u200b')).toBe('a\\u001b[2Jb\\u202ec\\u000a\\u200b')
    expect(printable('café "$" 日本')).toBe('café "$" 日本')
  })

  test('count in words', () => {
    expect([counted(1, 'finding'), counted(2, 'finding'), counted(0, 'line', 'lines')]).toEqual([
      '1 finding',
      '2 findings',
      '0 lines',
    ])
  })
})

describe('colours', () => {
  test('are there where they are wanted, and nothing of them elsewhere', () => {
    expect(paintIn(true).red('a')).toBe('\u001b[31ma\u001b[39m')
    const plain = paintIn(false)
    for (const severity of ['critical', 'warning', 'note']) expect(paintSeverity(plain, severity)).toBe(severity)
  })

  test.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    // https://no-color.org: present and not an empty string.
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
  ])('a terminal (%s) with %j may have them: %s', (isTTY, env, may) => {
    expect(mayColour(isTTY, env)).toBe(may)
  })
})
