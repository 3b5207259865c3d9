import { describe, expect, test } from 'vitest'
import { HeaderLines } from './header-lines.ts'

function write(lines: HeaderLines, ...list: string[]): { text: string; framing: string[] } {
  const framing: string[] = []
  return { text: lines.write(list, framing), framing }
}

describe('headers as text', () => {
  test('stand in their order, twice where they are there twice, and empty where they are empty', () => {
    const lines = new HeaderLines()
    const list = ['X-A', '1', 'Set-Cookie', 'a=1', 'X-Empty', '', 'Set-Cookie', 'b=2', 'x-a', '1']
    const text = 'X-A: 1\r\nSet-Cookie: a=1\r\nX-Empty: \r\nSet-Cookie: b=2\r\nx-a: 1\r\n'
    for (let round = 0; round < 3; round++) expect(write(lines, ...list).text).toBe(text)
  })

  test('are those of this answer, whatever the one before it had under the same name', () => {
    const lines = new HeaderLines()
    expect(write(lines, 'X-A', '1').text).toBe('X-A: 1\r\n')
    expect(write(lines, 'X-A', '2').text).toBe('X-A: 2\r\n')
    expect(write(lines, 'X-A', '').text).toBe('X-A: \r\n')
    expect(write(lines, 'X-A', '1').text).toBe('X-A: 1\r\n')
  })

  test('leave to node what decides the framing, in any spelling', () => {
    const lines = new HeaderLines()
    const list = ['CONTENT-length', '5', 'X-A', '1', 'Connection', 'close', 'date', 'now', 'Trailer', 'X-B']
    const { text, framing } = write(lines, ...list, 'Transfer-Encoding', 'chunked', 'Keep-Alive', 'timeout=5')
    expect(text).toBe('X-A: 1\r\n')
    expect(framing).toEqual([
      ...['CONTENT-length', '5', 'Connection', 'close', 'date', 'now', 'Trailer', 'X-B'],
      ...['Transfer-Encoding', 'chunked', 'Keep-Alive', 'timeout=5'],
    ])
  })

  test.each([
    ['a line of its own in a value', 'X-A', 'a\r\nSet-Cookie: stolen=1'],
    ['a bare line feed', 'X-A', 'a\nb'],
    ['a NUL', 'X-A', 'a\0b'],
    ['a character beyond Latin-1, whose low byte is a line feed', 'X-A', 'a\u010ab'],
    ['a name with an end of line', 'X-A\r\nX-B', '1'],
    ['a name with a colon', 'X-A:', '1'],
    ['a name with a space', 'X A', '1'],
    ['no name', '', '1'],
  ])('are refused with %s, also after good ones', (_, name, value) => {
    const lines = new HeaderLines()
    write(lines, 'X-A', 'a')
    for (let round = 0; round < 2; round++) expect(() => write(lines, name, value)).toThrow(TypeError)
    expect(write(lines, 'X-A', 'a').text).toBe('X-A: a\r\n')
  })

  test('of ever new names take no more room', () => {
    const lines = new HeaderLines()
    for (let at = 0; at < 3000; at++) expect(write(lines, `X-${at}`, 'a').text).toBe(`X-${at}: a\r\n`)
    expect(lines.size).toBe(500)
  })

  test('keep every byte of Latin-1', () => {
    const lines = new HeaderLines()
    for (let round = 0; round < 3; round++)
      expect(write(lines, 'X-A', '\u00e9\u00ff').text).toBe('X-A: \u00e9\u00ff\r\n')
  })
})
