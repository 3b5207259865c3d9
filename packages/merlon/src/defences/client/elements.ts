/** How one forwarding header lists its hops. */
export interface Elements {
  /** Where the comma stands that begins the element which ends before `end`; -1 at the beginning of the list. */
  comma(list: string, end: number): number
  /**
   * The text of the address that an element names, still to be read; HIDDEN where the proxy withholds it; undefined
   * where the element cannot be understood.
   */
  node(element: string): string | undefined
}

/** No address is written like this. */
export const HIDDEN = '_'

const COMMA = 44
const QUOTE = 34
const BACKSLASH = 92
const SEMICOLON = 59
const EQUALS = 61
const SPACE = 32
const TAB = 9
const BRACKET = 91
const UNDERSCORE = 95

/** `X-Forwarded-For: 192.0.2.1, 10.0.0.1` */
export const plainList: Elements = {
  // lastIndexOf takes a negative position for 0, and would find a comma there again and again.
  comma: (list, end) => (end <= 0 ? -1 : list.lastIndexOf(',', end - 1)),
  node: (element) => readNode(unquoted(element)),
}

/** `Forwarded: for=192.0.2.1;proto=https, for="[2001:db8::1]:443"` (RFC 7239 §4) */
export const forwardedList: Elements = {
  comma: forwardedComma,
  node(element) {
    const pairs = readForwarded(element)
    // A proxy need not say for whom it forwards (RFC 7239 §5.2).
    return pairs && (pairs.node === undefined ? HIDDEN : readNode(pairs.node))
  },
}

/**
 * Commas inside quotes separate nothing. The quotes are paired from the right: an element of a trusted proxy is whole
 * in itself, while a quote that the client left open further left would, read from there, swallow all that the proxies
 * appended.
 */
function forwardedComma(list: string, end: number): number {
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

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/

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
    if (code === QUOTE || code === EQUALS) return -1
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

function unquoted(text: string): string {
  const quoted = text.length > 1 && text.charCodeAt(0) === QUOTE && text.charCodeAt(text.length - 1) === QUOTE
  return quoted ? text.slice(1, -1) : text
}

const PORT = /^(?:\d{1,5}|_[0-9a-zA-Z._-]+)$/
const OBFUSCATED = /^_[0-9a-zA-Z._-]+$/

/** A node without its port (RFC 7239 §6), for both headers: addresses in any spelling that names only one. */
export function readNode(node: string): string | undefined {
  const colon = node.indexOf(':')
  if (node.charCodeAt(0) === BRACKET) {
    const close = node.indexOf(']')
    const inside = node.slice(1, close)
    if (close < 0 || !inside.includes(':')) return undefined
    const rest = node.slice(close + 1)
    return rest === '' || (rest.startsWith(':') && PORT.test(rest.slice(1))) ? inside : undefined
  }
  // Two colons or more are an IPv6 address without brackets, whose last group cannot be a port.
  const hasPort = colon >= 0 && node.indexOf(':', colon + 1) < 0
  if (hasPort && !PORT.test(node.slice(colon + 1))) return undefined
  const name = hasPort ? node.slice(0, colon) : node
  if (name.length === 7 && name.toLowerCase() === 'unknown') return HIDDEN
  if (name.charCodeAt(0) === UNDERSCORE) return OBFUSCATED.test(name) ? HIDDEN : undefined
  return name
}

/** A slice of the list without the blanks around it (OWS, RFC 9110 §5.6.3). */
export function trimmed(text: string, from: number, to: number): string {
  let start = from
  let end = to
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/** Whether there is nothing but commas and blanks before `end`. */
export function isEmptyList(list: string, end: number): boolean {
  for (let at = 0; at < end; at++) {
    const code = list.charCodeAt(at)
    if (code !== COMMA && !isBlank(code)) return false
  }
  return true
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}
