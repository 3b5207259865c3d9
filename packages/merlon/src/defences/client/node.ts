/** No address is written like this. */
export const HIDDEN = '_'

const BRACKET = 91
const UNDERSCORE = 95

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
