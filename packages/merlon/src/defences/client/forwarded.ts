import { isBlank } from './blanks.ts'

const COMMA = 44
const QUOTE = 34
const BACKSLASH = 92
const SEMICOLON = 59
const EQUALS = 61
const SPACE = 32
const DELETE = 127

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/

/**
 * Commas inside quotes separate nothing. The quotes are paired from the right: an element of a trusted proxy is whole
 * in itself, while a quote that the client left open further left would, read from there, swallow all that the proxies
 * appended.
 */
export function forwardedComma(list: string, end: number): number {
  let at = end - 1
  while (at >= 0) {
    const code = list.charCodeAt(at)
    if (code === COMMA) return at
    if (code === QUOTE) at = openingQuote(list, at)
    at--
  }
  return -1
}

/** The quote that opens what the one at `close` closes; -1 where none does. Each character is looked at once. */
function openingQuote(list: string, close: number): number {
  let at = close - 1
  while (at >= 0) {
    if (list.charCodeAt(at) === QUOTE) {
      let before = at - 1
      while (before >= 0 && list.charCodeAt(before) === BACKSLASH) before--
      const escaped = (at - before) % 2 === 0
      if (!escaped) return at
      at = before
    } else at--
  }
  return -1
}

/** What Merlon reads of an element of Forwarded. */
export interface ForwardedPairs {
  readonly node: string | undefined
  readonly proto: string | undefined
}

/**
 * The pairs of one element; undefined where it is malformed, or names twice what may stand once (RFC 7239 §4). Names
 * are read in any case; unquoted values may hold `:`, `[` and `]`, which many proxies forget to quote.
 */
export function readForwarded(element: string): ForwardedPairs | undefined {
  let node: string | undefined
  let proto: string | undefined
  let at = 0
  while (at < element.length) {
    at = skipBlanks(element, at)
    if (at === element.length) break
    if (element.charCodeAt(at) === SEMICOLON) {
      at++
      continue
    }
    const equals = element.indexOf('=', at)
    if (equals < 0) return undefined
    const name = element.slice(at, equals).toLowerCase()
    if (!TOKEN.test(name)) return undefined
    const quoted = element.charCodeAt(equals + 1) === QUOTE
    const end = quoted ? closingQuote(element, equals + 2) : endOfToken(element, equals + 1)
    if (end < 0) return undefined
    const value = quoted ? unescaped(element.slice(equals + 2, end)) : element.slice(equals + 1, end)
    if (name === 'for') {
      if (node !== undefined) return undefined
      node = value
    } else if (name === 'proto') {
      if (proto !== undefined) return undefined
      proto = value
    }
    at = skipBlanks(element, quoted ? end + 1 : end)
    if (at < element.length && element.charCodeAt(at) !== SEMICOLON) return undefined
  }
  return { node, proto }
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && isBlank(text.charCodeAt(at))) at++
  return at
}

function endOfToken(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === SEMICOLON || isBlank(code)) break
    const visible = code > SPACE && code < DELETE
    if (!visible || code === QUOTE || code === EQUALS) return -1
    at++
  }
  return at === from ? -1 : at
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at
    if (code === BACKSLASH) at++
  }
  return -1
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/gs, '$1') : text
}
