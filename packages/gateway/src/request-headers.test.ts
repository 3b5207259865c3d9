import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { ForwardedHeaders } from './forwarded.ts'
import { passRequestHeaders } from './request-headers.ts'

function pass(...rawHeaders: string[]): string[] | undefined {
  const headers: Record<string, string> = {}
  for (let at = 0; at < rawHeaders.length; at += 2)
    headers[(rawHeaders[at] as string).toLowerCase()] = rawHeaders[at + 1] as string
  return passRequestHeaders({ rawHeaders, headers } as unknown as IncomingMessage)
}

describe("a client's headers", () => {
  test('of its own go on, in their order and spelling', () => {
    const own = ['Accept', '*/*', 'COOKIE', 'a=1', 'cookie', 'b=2', 'Authorization', 'Bearer a', 'x-own', 'ÿ']
    expect(pass(...own)).toEqual(own)
  })

  test.each([
    ...['Forwarded', 'X-Forwarded-For', 'x-forwarded-anything', 'X-FORWARDED-PROTO', 'X-Real-IP', 'True-Client-IP'],
    ...['CF-Connecting-IP', 'Client-IP', 'X-Original-URL', 'X-Rewrite-URL', 'X-HTTP-Method-Override', 'X-Remote-User'],
    ...['X-Client-Cert', 'Proxy', 'Proxy-Authorization', 'Keep-Alive', 'TE', 'Trailer', 'Upgrade', 'HTTP2-Settings'],
    ...[
      'Host',
      'Content-Length',
      'Transfer-Encoding',
      'Expect',
      'X-Request-Id',
      'X_Forwarded_For',
      'content_length',
      '_',
    ],
  ])('%s does not', (name) => {
    expect(pass(name, 'a')).toEqual([])
  })

  test('named by Connection do not either, however that is written', () => {
    expect(
      pass('A', '1', 'X-Hop', '2', 'Connection', 'keep-alive , x-hop,, X-Other', 'x-OTHER', '3', 'B', '4'),
    ).toEqual(['A', '1', 'B', '4'])
    expect(pass('Connection', 'close', 'X-Hop', '1', 'Connection', 'X-Hop')).toEqual([])
    expect(pass('Connection', 'Close', 'Close', '1')).toEqual(['Close', '1'])
  })

  test('that say one thing are there once', () => {
    expect(pass('Content-Type', 'a/b', 'content-TYPE', 'c/d')).toBeUndefined()
    expect(pass('Authorization', 'a', 'Content-Type', 'a/b', 'Authorization', 'a')).toBeUndefined()
    expect(pass('Authorization', 'a', 'Content-Type', 'a/b')).toHaveLength(4)
  })

  test('Content-Encoding goes on unless the guard has decompressed the body', () => {
    expect(pass('Content-Encoding', 'gzip')).toEqual(['Content-Encoding', 'gzip'])
    const decompressed = { rawHeaders: ['Content-Encoding', 'gzip'], headers: {} } as unknown as IncomingMessage
    expect(passRequestHeaders(decompressed)).toEqual([])
  })

  test('of more spellings than are remembered are judged all the same', () => {
    for (let at = 0; at < 3000; at++) expect(pass(`x-a${at}`, '1')).toHaveLength(2)
    expect(pass('x-FORWARDED-for', '1')).toEqual([])
  })
})

describe('what the gateway says of the client', () => {
  // One connection, as behind a load balancer: what was said of one client must not be said of the next.
  const forwarded = new ForwardedHeaders()

  function write(...given: [string, boolean, string | undefined]): Record<string, string> {
    const list: string[] = []
    forwarded.write(list, ...given, '1.1', 'id')
    return Object.fromEntries(list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1] as string]] : [])))
  }

  test('is one hop, over HTTPS', () => {
    expect(write('192.0.2.1', true, 'api.test')).toEqual({
      'X-Forwarded-For': '192.0.2.1',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'api.test',
      'X-Forwarded-Port': '443',
      Forwarded: 'for=192.0.2.1;host="api.test";proto=https',
      'X-Request-Id': 'id',
      Via: '1.1 merlon',
    })
  })

  test('quotes an IPv6 address as RFC 7239 asks', () => {
    expect(write('2001:db8::1', false, '[::1]:8080')).toMatchObject({
      'X-Forwarded-For': '2001:db8::1',
      'X-Forwarded-Port': '8080',
      Forwarded: 'for="[2001:db8::1]";host="[::1]:8080";proto=http',
    })
    expect(write('2001:db8::1', false, '[::1]')).toMatchObject({ 'X-Forwarded-Port': '80' })
  })

  test('names no host where the client named none, and no address where none is known', () => {
    const said = write('', false, undefined)
    expect(said).toMatchObject({ Forwarded: 'for=unknown;proto=http' })
    expect(said).not.toHaveProperty('X-Forwarded-Host')
    expect(said).not.toHaveProperty('X-Forwarded-For')
  })

  test('is said anew where one of client, host and scheme is another', () => {
    const first = write('192.0.2.1', true, 'api.test')
    expect(write('192.0.2.2', true, 'api.test')).toMatchObject({ 'X-Forwarded-For': '192.0.2.2' })
    expect(write('192.0.2.2', true, 'b.test')).toMatchObject({ 'X-Forwarded-Host': 'b.test' })
    expect(write('192.0.2.2', false, 'b.test')).toMatchObject({ 'X-Forwarded-Proto': 'http' })
    expect(write('192.0.2.1', true, 'api.test')).toEqual(first)
  })
})
