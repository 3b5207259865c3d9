import type { IncomingMessage } from 'node:http'
import { hopByHop, parseConnection, removeNamed } from './hop-by-hop.ts'

/**
 * Headers with which somebody else than the client usually speaks: a proxy about the client's address, host, path,
 * method, certificate or user. From outside they are forgeries; a service that believes one lets the client say who it
 * is. All of `X-Forwarded-…` is dropped by its prefix.
 */
const FORGERIES: ReadonlySet<string> = new Set([
  // The client's address.
  'forwarded',
  'x-forwarded',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'x-originating-ip',
  'x-remote-ip',
  'x-remote-addr',
  'x-envoy-external-address',
  'x-azure-clientip',
  'x-azure-socketip',
  'x-appengine-user-ip',
  'client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'fastly-client-ip',
  'fly-client-ip',
  'wl-proxy-client-ip',
  'proxy-client-ip',
  // Another host, path or method than the one that the policy has judged.
  'x-host',
  'x-original-host',
  'x-original-url',
  'x-rewrite-url',
  'x-original-uri',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  // A user or a certificate that a proxy is trusted to have verified.
  'remote-user',
  'x-remote-user',
  'x-auth-request-user',
  'x-auth-request-email',
  'x-client-cert',
  'x-client-dn',
  'x-ssl-client-cert',
  'x-ssl-client-dn',
  'x-ssl-client-verify',
  'ssl-client-cert',
  // CGI turns it into HTTP_PROXY, which HTTP clients take for their proxy (CVE-2016-5385).
  'proxy',
])

/** Written anew for every request, from what the guard knows. */
const WRITTEN: ReadonlySet<string> = new Set(['content-length', 'expect', 'host', 'x-request-id'])

/**
 * Headers that say one thing. Of two, node and so the guard take the first, and many a service the last: a body would
 * then be another than the one that was judged, a caller another than the one that was counted.
 */
const SINGLE: ReadonlySet<string> = new Set(['authorization', 'content-type'])

type Fate = 'pass' | 'drop' | 'single' | 'connection' | 'content-encoding'

const MAX_FATES = 1000
const MAX_REMEMBERED_LENGTH = 40
const fates = new Map<string, Fate>()

/** What becomes of a header, by its name as sent. Clients send few spellings, so each is judged once. */
function fateOf(name: string): Fate {
  const known = fates.get(name)
  if (known !== undefined) return known
  const fate = decideFate(name.toLowerCase())
  // Names are the client's to invent: the map must not grow with them.
  if (fates.size < MAX_FATES && name.length <= MAX_REMEMBERED_LENGTH) fates.set(name, fate)
  return fate
}

function decideFate(lower: string): Fate {
  if (lower === 'connection' || lower === 'content-encoding') return lower
  if (hopByHop.has(lower) || FORGERIES.has(lower) || WRITTEN.has(lower)) return 'drop'
  // CGI, WSGI and their like cannot tell `X_Forwarded_For` from `X-Forwarded-For`.
  if (lower.startsWith('x-forwarded-') || lower.includes('_')) return 'drop'
  return SINGLE.has(lower) ? 'single' : 'pass'
}

/**
 * The client's own headers as they go on to the upstream: a flat list, without all that is written anew. Undefined where
 * one that says one thing is there twice.
 */
export function passRequestHeaders(req: IncomingMessage): string[] | undefined {
  const { rawHeaders } = req
  const list: string[] = []
  let singles = ''
  let named: Set<string> | undefined
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    const value = rawHeaders[at + 1] as string
    switch (fateOf(name)) {
      case 'pass':
        list.push(name, value)
        break
      case 'single': {
        const mark = `${name.toLowerCase()},`
        if (singles.includes(mark)) return undefined
        singles += mark
        list.push(name, value)
        break
      }
      case 'connection':
        named = parseConnection(value, named)
        break
      case 'content-encoding':
        // The guard has decompressed the body where it took this header away.
        if (req.headers['content-encoding'] !== undefined) list.push(name, value)
        break
    }
  }
  if (named !== undefined) removeNamed(list, named)
  return list
}
