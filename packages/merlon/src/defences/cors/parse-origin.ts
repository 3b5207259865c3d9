import { parseExpression } from './expression.ts'
import { type Exact, type Origin, type Pattern, type Wrong, wrong } from './origin.ts'

const EXAMPLE = '"https://app.example.com"'

/** Reads an exact origin, a pattern with one `*`, an expression between slashes, or `*`. */
export function parseOrigin(text: string): Origin | Wrong {
  if (text === '*') return { kind: 'any' }
  if (text.length > 300) return wrong(`an origin such as ${EXAMPLE}, at most 300 characters`)
  if (text.startsWith('/') && !text.startsWith('//')) return parseExpression(text)
  return text.includes('*') ? parseWildcard(text) : parseExact(text)
}

const HOST = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:]+\])$/

/**
 * Origins are compared letter by letter, so one that no browser sends would never match: whoever wrote it would loosen
 * the list until something works. It is refused here, with the form that browsers send.
 */
function parseExact(text: string): Exact | Wrong {
  if (/^null$/i.test(text)) {
    return wrong('origins that name somebody; every sandboxed frame and local file has the origin "null"')
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) {
    const meant = canonical(`https://${text.replace(/^\/\//, '')}`)
    return wrong(`an origin with its scheme: ${meant ? `write "${meant}"` : `such as ${EXAMPLE}`}`)
  }
  if (scheme === 'ws' || scheme === 'wss') {
    const meant = canonical(text.replace(/^ws/i, 'http'))
    return wrong(`the origin of the page that opens the socket: ${meant ? `write "${meant}"` : `such as ${EXAMPLE}`}`)
  }
  if (scheme === 'file') return wrong('an origin; a page from a file has none, browsers send "null" for it')
  if (scheme !== 'http' && scheme !== 'https') return parseForeign(text)
  const meant = canonical(text)
  if (meant === undefined) return wrong(`an origin such as ${EXAMPLE}`)
  if (meant === text) return { kind: 'exact', text, host: new URL(text).hostname }
  const rest = /^https?:\/\/[^/?#]*[/?#]/i.test(text) ? ', without path or trailing slash' : ''
  return wrong(`an origin as browsers send it${rest}: write "${meant}"`)
}

/** What a browser would send for a page at this address; undefined where there is no such page. */
function canonical(text: string): string | undefined {
  try {
    const { origin, hostname } = new URL(text)
    return HOST.test(hostname) ? origin : undefined
  } catch {
    return undefined
  }
}

/** Apps in web views and browser extensions: `capacitor://localhost`, `chrome-extension://<id>`. */
function parseForeign(text: string): Exact | Wrong {
  const host = /^[a-z][a-z0-9+.-]*:\/\/([a-z0-9._-]+)(?::[0-9]{1,5})?$/.exec(text)?.[1]
  if (host !== undefined) return { kind: 'exact', text, host }
  return wrong('an origin as its browser sends it, such as "capacitor://localhost"')
}

const LABEL = '[a-z0-9_-]{1,63}'
const LOOPBACK = /^(https?):\/\/(localhost|127\.0\.0\.1|\[::1\]):\*$/
const WILDCARD = /^(https?):\/\/[a-z0-9_-]*\*[a-z0-9_-]*((?:\.[a-z0-9_-]+)+)(?::[0-9]{1,5})?$/
const WILDCARD_EXPECTED = 'a pattern whose one "*" stands within the first label, such as "https://*.example.com"'

/** `*` stands for one label or a part of it, never for a dot; `http://localhost:*` for any port of this machine. */
function parseWildcard(text: string): Pattern | Wrong {
  const local = LOOPBACK.exec(text)
  if (local) {
    const [, scheme, host] = local as unknown as [string, string, string]
    const expression = new RegExp(`^${scheme}://${literal(host)}(?::[0-9]{1,5})?$`)
    return { kind: 'pattern', expression, insecure: scheme === 'http', ends: [host] }
  }
  if (/:\*$/.test(text)) return wrong('a port in digits; ":*", any port, is for "http://localhost:*" alone')
  if (/^https?:\/\/\*$/i.test(text)) return wrong('a host; any origin at all is written "*", and needs credentials off')
  // What stands around the star has to be canonical, as in an exact origin.
  const probe = parseExact(text.replace('*', 'any-label-here'))
  if (probe.kind === 'wrong') {
    return text.split('*').length === 2 && probe.expected.includes('any-label-here')
      ? wrong(probe.expected.replace('any-label-here', '*'))
      : wrong(WILDCARD_EXPECTED)
  }
  const match = WILDCARD.exec(text)
  if (!match) return wrong(WILDCARD_EXPECTED)
  const [before, after] = text.split('*') as [string, string]
  // `*example.com` would admit evilexample.com.
  if (!after.startsWith('.') && after.split('.').length === 2)
    return wrong(`a dot after "*": write "${before}*.${after}"`)
  const expression = new RegExp(`^${literal(before)}${LABEL}${literal(after)}$`)
  return { kind: 'pattern', expression, insecure: match[1] === 'http', ends: [match[2] as string] }
}

function literal(text: string): string {
  return text.replace(/[.[\]]/g, '\\$&')
}
