import type { IncomingMessage } from 'node:http'
import type { ProblemCode } from 'merlon'
import type { Limits } from './options.ts'

/** Why a request goes no further. All of these close the connection. */
export interface Fault {
  readonly code: ProblemCode
  readonly detail: string
}

function fault(code: ProblemCode, detail: string): Fault {
  return { code, detail }
}

const VERSION = fault('request-ambiguous', 'The protocol version has to be HTTP/1.0 or HTTP/1.1.')
const OLD_CODING = fault('request-ambiguous', 'HTTP/1.0 has no Transfer-Encoding.')
const NO_HOST = fault('request-ambiguous', 'HTTP/1.1 needs a Host header.')
const BAD_HOST = fault('request-ambiguous', 'The Host header is not a host.')
const METHOD = fault('not-implemented', 'This method is not passed on.')
const UPGRADE = fault('not-implemented', 'WebSocket is not passed on.')
const ASTERISK = fault('bad-request', 'A request for the server as a whole is not passed on.')
const EXPECT = fault('bad-request', 'The only expectation taken here is 100-continue.')
const HEADERS = fault('headers-too-large', 'There are too many headers.')

export const TWICE = fault('request-ambiguous', 'A header that says one thing is there twice.')

/**
 * A host that cannot be read in two ways: a list (`a,b`) or a quote would change what `X-Forwarded-Host` and `Forwarded`
 * say. Stricter than RFC 3986 allows, and as strict as names on the web are.
 */
const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

/** The last that was found good: nearly every request asks for the same. */
let lastHost = ''

/** What node's parser and the guard let through and a gateway must not pass on. */
export function decideFraming(req: IncomingMessage, limits: Limits): Fault | undefined {
  const { headers, rawHeaders, httpVersion } = req
  const first = httpVersion === '1.1'
  // The parser takes HTTP/0.9 and 2.0 request lines as well.
  if (!first && httpVersion !== '1.0') return VERSION
  if (rawHeaders.length > limits.headerCount * 2) return HEADERS
  const { host } = headers
  if (host === undefined) {
    if (first) return NO_HOST
  } else if (host !== lastHost) {
    if (!HOST.test(host)) return BAD_HOST
    lastHost = host
  }
  if (!first && headers['transfer-encoding'] !== undefined) return OLD_CODING
  if (req.method === 'TRACE' || req.method === 'CONNECT') return METHOD
  if (headers.upgrade !== undefined && /\bwebsocket\b/i.test(headers.upgrade)) return UPGRADE
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') return EXPECT
  if (req.url === '*') return ASTERISK
  return undefined
}
