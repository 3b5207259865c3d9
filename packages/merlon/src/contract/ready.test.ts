import { describe, expect, test } from 'vitest'
import { Answer } from './answer.ts'
import { linesOf, Ready } from './ready.ts'

const suggested = (name: string, value: string) => ({
  name,
  lower: name.toLowerCase(),
  value,
  mode: 'suggest' as const,
})

describe('lines of a head', () => {
  test('are names and values as they stand', () => {
    expect(linesOf(['X-A', '1', 'X-B', 'é\t2'])).toBe('X-A: 1\r\nX-B: é\t2\r\n')
    expect(linesOf(['X-A', '1', 'X-B', '2'], 2)).toBe('X-B: 2\r\n')
    expect(linesOf([])).toBe('')
  })

  test.each(['a\r\nSet-Cookie: b=c', 'a\n', '\r', '\0', 'ﬀ', '\u007f'])(
    'are left to the server where a value must not be sent: %j',
    (value) => {
      expect(linesOf(['X-C', value])).toBeUndefined()
      // Nor when it was read before.
      expect(linesOf(['X-C', 'fine', 'X-C', value, 'X-C', value])).toBeUndefined()
    },
  )

  test.each([
    'Connection',
    'content-length',
    'Date',
    'Transfer-Encoding',
    'TE',
    'Trailer',
    'Upgrade',
    'Expect',
    'Keep-Alive',
  ])('are left to the server where the header frames the message: %s', (name) => {
    expect(linesOf(['X-A', '1', name, '1'])).toBeUndefined()
    expect(new Ready([suggested(name, '1')]).lines).toBeUndefined()
  })

  test('are the same the second time, and others for another value', () => {
    for (const value of ['1', '1', '2', '1']) expect(linesOf(['X-D', value])).toBe(`X-D: ${value}\r\n`)
  })
})

describe('ready headers', () => {
  const ready = new Ready([suggested('X-A', 'guard'), suggested('X-Bee', 'guard')])

  test('stand beside the list where nobody else has set one of them', () => {
    const answer = new Answer(200, ['Content-Type', 'text/plain'])
    answer.addReady(ready)
    expect(answer.list).toEqual(['Content-Type', 'text/plain'])
    expect(answer.complete()).toEqual(['Content-Type', 'text/plain', 'X-A', 'guard', 'X-Bee', 'guard'])
    expect(answer.ready).toBeUndefined()
  })

  test('yield to the handler, whose header may be written in any case', () => {
    const answer = new Answer(200, ['x-BEE', 'own'])
    answer.addReady(ready)
    expect(answer.complete()).toEqual(['x-BEE', 'own', 'X-A', 'guard'])
  })

  test('are seen by whoever looks for one of them, replaces it or takes it out', () => {
    const made = () => {
      const answer = new Answer(200, [])
      answer.addReady(ready)
      return answer
    }
    expect(made().get('x-a')).toBe('guard')
    const replaced = made()
    replaced.set('X-A', 'x-a', 'other')
    expect(replaced.complete()).toEqual(['X-Bee', 'guard', 'X-A', 'other'])
    const removed = made()
    removed.remove('x-bee')
    expect(removed.complete()).toEqual(['X-A', 'guard'])
    const suggestedTo = made()
    suggestedTo.suggest('X-A', 'x-a', 'other')
    expect(suggestedTo.complete()).toEqual(['X-A', 'guard', 'X-Bee', 'guard'])
  })

  test('of two guards give each name once', () => {
    const answer = new Answer(200, [])
    answer.addReady(ready)
    answer.addReady(new Ready([suggested('X-A', 'outer'), suggested('X-C', 'outer')]))
    expect(answer.complete()).toEqual(['X-A', 'guard', 'X-Bee', 'guard', 'X-C', 'outer'])
  })
})
