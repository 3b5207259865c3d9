import { describe, expect, test } from 'vitest'
import { Answer } from '../../contract/answer.ts'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { compile } from './errors.fixture.ts'

function identify(accept: string, viaProxy: boolean, ...ids: string[]) {
  const facts = new FakeFacts({ headers: ids.map((id) => ['X-Request-Id', id] as const) })
  facts.viaProxy = viaProxy
  return compile({ requestId: { accept } }).identify(facts)
}

describe('the id of a request', () => {
  test('is taken over from a declared proxy, and from nobody else', () => {
    expect(identify('proxies', true, 'req_1.A-b')).toBe('req_1.A-b')
    expect(identify('proxies', false, 'req_1.A-b')).toBe('drawn-1')
    expect(identify('always', false, 'req_1.A-b')).toBe('req_1.A-b')
    expect(identify('never', true, 'req_1.A-b')).toBe('drawn-1')
    expect(identify('proxies', true)).toBe('drawn-1')
  })

  test('is drawn where the given one could do harm in a header, a log or a page', () => {
    const harmful = [
      '',
      'a b',
      'a\r\nSet-Cookie: x=1',
      'a\nlevel=info',
      '"}{"',
      '<script>',
      'a'.repeat(129),
      'ä',
      '../x',
      'a,b',
      'a\n',
    ]
    for (const id of harmful) expect([id, identify('always', true, id)]).toEqual([id, 'drawn-1'])
    expect(identify('always', true, 'a'.repeat(128))).toBe('a'.repeat(128))
    expect(identify('always', true, 'a', 'b')).toBe('drawn-1')
  })

  test('leaves with every answer, in place of what the handler wrote', () => {
    const { leave } = compile({ requestId: 'X-Correlation-Id' })
    const facts = new FakeFacts()
    const answer = new Answer(200, ['x-correlation-id', 'mine', 'Content-Type', 'text/plain'])
    leave?.(facts, answer)
    expect(answer.list).toEqual(['Content-Type', 'text/plain', 'X-Correlation-Id', 'drawn-1'])
    expect(facts.requestIdUsed).toBe('drawn-1')
    facts.requestIdUsed = 'known'
    leave?.(facts, answer)
    expect(answer.get('x-correlation-id')).toBe('known')
  })
})
