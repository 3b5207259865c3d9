/**
 * Headers that belong to one connection and end with it (RFC 9110 §7.6.1), and those of older use that some recipients
 * still act on. `Trailer` is among them: what trailers a message has is decided anew on each side.
 */
export const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
])

/** What a `Connection` header must not take away: the framing is ours, and a host is for all recipients. */
const KEPT: ReadonlySet<string> = new Set(['content-length', 'host', 'close', 'keep-alive'])

/** Names, in lower case, that a `Connection` header's value declares to be hop-by-hop; undefined for none. */
export function parseConnection(value: string, names: Set<string> | undefined): Set<string> | undefined {
  // The two values of nearly every request.
  if (value === 'keep-alive' || value === 'close') return names
  for (const part of value.split(',')) {
    const name = part.trim().toLowerCase()
    if (name === '' || KEPT.has(name)) continue
    names ??= new Set()
    names.add(name)
  }
  return names
}

/** Takes the named headers out of a flat list, in place. */
export function removeNamed(list: string[], names: ReadonlySet<string>): void {
  let to = 0
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at] as string
    if (names.has(name.toLowerCase())) continue
    list[to] = name
    list[to + 1] = list[at + 1] as string
    to += 2
  }
  list.length = to
}
