import { describe, expect, test } from 'vitest'
import { FakeFacts } from '../testing/fake-facts.ts'
import { framing } from './framing.ts'

function verdict(...headers: [string, string][]) {
  return framing(new FakeFacts({ method: 'POST', headers }))
}

describe('framing', () => {
  test.each<[string, [string, string][]]>([
    [
      'both lengths',
      [
        ['content-length', '5'],
        ['transfer-encoding', 'chunked'],
      ],
    ],
    [
      'two lengths',
      [
        ['content-length', '5'],
        ['content-length', '6'],
      ],
    ],
    [
      'the same length twice',
      [
        ['content-length', '5'],
        ['content-length', '5'],
      ],
    ],
    ['a list of lengths', [['content-length', '5, 5']]],
    ['a signed length', [['content-length', '+5']]],
    ['a negative length', [['content-length', '-5']]],
    ['a hexadecimal length', [['content-length', '0x5']]],
    ['a length past what counts exactly', [['content-length', '9007199254740993']]],
    ['an unknown coding', [['transfer-encoding', 'xchunked']]],
    ['stacked codings', [['transfer-encoding', 'gzip, chunked']]],
    [
      'chunked twice',
      [
        ['transfer-encoding', 'chunked'],
        ['transfer-encoding', 'chunked'],
      ],
    ],
    [
      'two hosts',
      [
        ['host', 'a.example'],
        ['host', 'b.example'],
      ],
    ],
    ['a host with a path', [['host', 'a.example/b']]],
    ['a host with credentials', [['host', 'a@b.example']]],
    ['a list of hosts', [['host', 'a.example, b.example']]],
    ['a host with a line break', [['host', 'a.example\r\nX: y']]],
  ])('refuses %s', (_name, headers) => {
    expect(verdict(...headers)).toMatchObject({ code: 'request-ambiguous', close: true })
  })

  test.each<[string, [string, string][]]>([
    [
      'a length',
      [
        ['content-length', '5'],
        ['host', 'a.example:8080'],
      ],
    ],
    ['chunks', [['transfer-encoding', 'Chunked']]],
    ['an IPv6 host', [['host', '[2001:db8::1]:443']]],
    ['no host, as HTTP/1.0 may', []],
  ])('lets %s pass', (_name, headers) => {
    expect(verdict(...headers)).toBeUndefined()
  })
})
