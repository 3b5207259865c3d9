import type { Facts } from '../contract/facts.ts'
import { type Refusal, refuse, type Verdict } from '../contract/verdict.ts'

/**
 * One canonical path for guard and handler. Most bypasses of a policy are two readers of one path: a proxy that decodes
 * `%2e%2e`, a framework that does not. What readers are known to differ on is refused; the rest is brought to one form
 * (RFC 3986 §6.2.2): unreserved and other path characters decoded, everything else percent-encoded in upper case.
 */
export function path(facts: Facts): Verdict {
  const { target } = facts
  let from = 0
  if (target.charCodeAt(0) !== SLASH) {
    if (target === '*' && facts.method === 'OPTIONS') {
      facts.path = '*'
      return undefined
    }
    const start = authorityEnd(target, facts.header('host'))
    if (start < 0) return refuse('path-ambiguous', { detail: 'The request target has to be a path.', close: true })
    from = start
  }
  const mark = target.indexOf('?', from)
  const end = mark < 0 ? target.length : mark
  const raw = from === 0 && end === target.length ? target : target.slice(from, end) || '/'
  const canonical = isPlain(raw) ? raw : normalize(raw)
  if (typeof canonical !== 'string') return canonical
  facts.path = canonical
  facts.rewritten = from !== 0 || canonical !== raw || mark === target.length - 1
  if (mark >= 0) {
    facts.query = target.slice(mark + 1)
    if (!QUERY.test(facts.query)) return ambiguous('The query holds a character that has to be percent-encoded.')
  }
  return undefined
}

const SLASH = 0x2f
const DOT = 0x2e

/** Path characters that every reader takes literally (RFC 3986 pchar), without `;`, which some read as a parameter. */
const PCHAR = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@"
const PLAIN = new Uint8Array(128)
for (const char of `${PCHAR}/`) PLAIN[char.charCodeAt(0)] = 1

/** A fragment never belongs into a request, control characters and spaces end the request line for lenient parsers. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const QUERY = /^[^\u0000-\u0020#\u007f]*$/

/** Whether the path is canonical as it stands; the common case, one pass. */
function isPlain(raw: string): boolean {
  let start = 1
  for (let at = 1; at < raw.length; at++) {
    const code = raw.charCodeAt(at)
    if (code > 127 || PLAIN[code] === 0) return false
    if (code === SLASH) {
      if (isDots(raw, start, at)) return false
      start = at + 1
    }
  }
  return !isDots(raw, start, raw.length)
}

function isDots(text: string, start: number, end: number): boolean {
  const length = end - start
  if (length === 1) return text.charCodeAt(start) === DOT
  return length === 2 && text.charCodeAt(start) === DOT && text.charCodeAt(start + 1) === DOT
}

function normalize(raw: string): string | Refusal {
  if (/[^\u0021-\u007e]/.test(raw)) return ambiguous('Characters outside of ASCII have to be percent-encoded.')
  if (raw.includes('\\')) return ambiguous('A backslash is not allowed in a path.')
  if (raw.includes(';')) return ambiguous('A semicolon in a path has to be written as %3B.')
  if (raw.includes('#')) return ambiguous('A fragment is not part of a request.')
  if (/%(?![0-9A-Fa-f]{2})/.test(raw)) return ambiguous('A % has to be followed by two hexadecimal digits.')
  if (/%(?:2f|5c)/i.test(raw)) return ambiguous('An encoded slash or backslash is not allowed in a path.')
  if (/%2e/i.test(raw)) return ambiguous('An encoded dot is not allowed in a path.')
  if (/%(?:[01][0-9a-f]|7f)/i.test(raw)) return ambiguous('An encoded control character is not allowed in a path.')
  try {
    decodeURIComponent(raw)
  } catch {
    // Overlong forms, surrogates and truncated sequences (RFC 3629 §10).
    return ambiguous('The percent-encoded bytes are not valid UTF-8.')
  }
  const canonical = raw
    .replace(/%[0-9A-Fa-f]{2}/g, decodePlain)
    .replace(/["<>[\]^`{|}]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  for (const segment of canonical.split('/')) {
    if (segment === '.' || segment === '..') return ambiguous('Dot segments are not allowed in a path.')
  }
  return canonical
}

function decodePlain(triplet: string): string {
  const char = String.fromCharCode(Number.parseInt(triplet.slice(1), 16))
  return PCHAR.includes(char) ? char : triplet.toUpperCase()
}

function ambiguous(detail: string): Refusal {
  return refuse('path-ambiguous', { detail })
}

/**
 * Where the path of an absolute-form target starts (RFC 9112 §3.2.2), or -1. It is taken only where its authority is
 * the Host header's: what reads the one would otherwise see another site than what reads the other.
 */
function authorityEnd(target: string, host: string | undefined): number {
  const match = /^https?:\/\/([^/?#\\]+)/i.exec(target)
  if (!match || host === undefined || (match[1] as string).toLowerCase() !== host.toLowerCase()) return -1
  return match[0].length
}
