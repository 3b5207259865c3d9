import { expect, test } from 'vitest'
import { classifyParserError } from './parser-fault.ts'

function error(code: string, packet?: string): Error {
  return Object.assign(new Error(code), { code, ...(packet !== undefined && { rawPacket: Buffer.from(packet) }) })
}

test.each([
  ['HPE_INVALID_CONTENT_LENGTH', 'request-ambiguous'],
  ['HPE_SOMETHING_NEW', 'request-ambiguous'],
  ['HPE_INVALID_METHOD', 'bad-request'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'request-timeout'],
  ['HPE_HEADER_OVERFLOW', 'headers-too-large'],
])('%s is answered with %s', (code, answer) => {
  expect(classifyParserError(error(code))).toEqual({ kind: 'answer', code: answer })
})

test.each(['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE', ''])('%j: nobody is there to be answered', (code) => {
  expect(classifyParserError(error(code))).toEqual({ kind: 'gone' })
})

test('bytes behind a last request are no matter of that request', () => {
  expect(classifyParserError(error('HPE_CLOSED_CONNECTION'))).toEqual({ kind: 'surplus' })
})

test('the limit on the head is told apart by where it was reached', () => {
  const target = (length: number) => `GET /${'a'.repeat(length)} HTTP/1.1\r\nHost: a\r\n`
  const code = (packet: string) => classifyParserError(error('HPE_HEADER_OVERFLOW', packet))
  expect(code(`GET /${'a'.repeat(30_000)}`)).toEqual({ kind: 'answer', code: 'uri-too-long' })
  expect(code(target(30_000))).toEqual({ kind: 'answer', code: 'uri-too-long' })
  expect(code(`${target(10)}X: ${'a'.repeat(30_000)}`)).toEqual({ kind: 'answer', code: 'headers-too-large' })
  // The middle of a header, in a packet of its own.
  expect(code('a'.repeat(30_000))).toEqual({ kind: 'answer', code: 'headers-too-large' })
})
