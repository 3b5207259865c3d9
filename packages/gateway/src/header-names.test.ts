import { describe, expect, test } from 'vitest'
import { readAnswerName } from './header-names.ts'
import { passResponseHeaders } from './response-headers.ts'

const read = (name: string) => readAnswerName(Buffer.from(name, 'latin1'))
const pass = (status: number, ...list: string[]) =>
  passResponseHeaders(
    status,
    list.map((text) => Buffer.from(text, 'latin1')),
  )

describe("names of the upstream's headers", () => {
  test('are judged in any spelling, the same at every look', () => {
    for (let round = 0; round < 3; round++) {
      for (const name of ['Keep-Alive', 'KEEP-ALIVE', 'alt-svc', 'Upgrade']) expect(read(name).fate).toBe('drop')
      for (const name of ['Connection', 'connection']) expect(read(name).fate).toBe('connection')
      expect(read('content-Length')).toMatchObject({ text: 'content-Length', fate: 'content-length' })
      expect(read('X-Own')).toMatchObject({ text: 'X-Own', fate: 'pass' })
    }
  })

  test('are not taken for others of the same length, beginning and end', () => {
    for (let round = 0; round < 2; round++) {
      expect(read('alt-svc').fate).toBe('drop')
      expect(read('aaa-aac')).toMatchObject({ text: 'aaa-aac', fate: 'pass' })
    }
  })

  test('are kept apart from the bytes that they came in', () => {
    const bytes = Buffer.from('x-kept-name')
    read('x-kept-name')
    readAnswerName(bytes)
    bytes.fill(0x61)
    expect(read('x-kept-name').text).toBe('x-kept-name')
  })
})

describe("the upstream's headers", () => {
  test('go on without those of the connection', () => {
    const list = [
      'Server',
      'a',
      'Connection',
      'keep-alive, X-Hop',
      'X-Hop',
      '1',
      'Keep-Alive',
      'timeout=5',
      'X-Own',
      'ÿ',
    ]
    expect(pass(200, ...list, 'Alt-Svc', 'h3=":1"')).toEqual(['Server', 'a', 'X-Own', 'ÿ'])
  })

  test('keep a length, but of a 204', () => {
    expect(pass(200, 'Content-Length', '5')).toEqual(['Content-Length', '5'])
    expect(pass(204, 'Content-Length', '5')).toEqual([])
  })

  test('may say chunked, and no other coding', () => {
    expect(pass(200, 'Transfer-Encoding', 'Chunked')).toEqual([])
    expect(() => pass(200, 'Transfer-Encoding', 'gzip, chunked')).toThrow(/Transfer-Encoding/)
  })
})
