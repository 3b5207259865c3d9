import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { ProblemCode } from 'merlon'
import { problem } from 'merlon'

/** An answer to what never became a request: there is no response object, no route, and no client to trust. */
export interface RawAnswer {
  readonly status: number
  readonly requestId: string
  /** All of it, from the status line on. */
  readonly text: string
}

/** The same problem that the guard would send, with the headers that hold for any route. */
export function rawAnswer(code: ProblemCode): RawAnswer {
  const { status, message } = problem(code)
  const requestId = randomUUID()
  const body = JSON.stringify({ type: `urn:merlon:problem:${code}`, title: message, status, requestId })
  const text = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    `Date: ${new Date().toUTCString()}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
  return { status, requestId, text }
}
