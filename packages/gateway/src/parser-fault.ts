import type { ProblemCode } from 'merlon'

/** What becomes of a connection whose bytes node's parser could not take. */
export type ParserFault =
  /** Answer, and close. */
  | { readonly kind: 'answer'; readonly code: ProblemCode }
  /** Nobody is there to be answered. */
  | { readonly kind: 'gone' }
  /** Bytes after a request that was its connection's last (RFC 9112 §9.6): what is under way is finished. */
  | { readonly kind: 'surplus' }

const GONE: ParserFault = { kind: 'gone' }
const SURPLUS: ParserFault = { kind: 'surplus' }

const CODES: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_INVALID_METHOD: 'bad-request',
  HPE_INVALID_VERSION: 'bad-request',
  HPE_INVALID_CONSTANT: 'bad-request',
  HPE_INVALID_URL: 'bad-request',
  HPE_PAUSED_H2_UPGRADE: 'bad-request',
}

/** Reads node's `clientError`. Every parser error that has no code of its own is a matter of framing. */
export function classifyParserError(error: Error): ParserFault {
  const { code = '', rawPacket } = error as { code?: string; rawPacket?: Buffer }
  if (code === 'HPE_CLOSED_CONNECTION') return SURPLUS
  // The client has closed, or half-closed, in the middle of a request.
  if (code === 'HPE_INVALID_EOF_STATE') return GONE
  if (code === 'HPE_HEADER_OVERFLOW' && isInTarget(rawPacket)) return { kind: 'answer', code: 'uri-too-long' }
  const known = CODES[code]
  if (known !== undefined) return { kind: 'answer', code: known }
  return code.startsWith('HPE_') ? { kind: 'answer', code: 'request-ambiguous' } : GONE
}

/** Whether it was the request line that reached the limit on headers: the packet begins with one, and it has no end. */
function isInTarget(packet: Buffer | undefined): boolean {
  if (packet === undefined || !/^[A-Z]{3,20} /.test(packet.toString('latin1', 0, 21))) return false
  const end = packet.indexOf(0x0a)
  return end < 0 || end > MAX_LINE
}

/** No request line of ours is longer; what is, was over before its end came. */
const MAX_LINE = 16_384
