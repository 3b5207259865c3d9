import { APP_HEADER } from './app.ts'
import { chunked, makeBytes } from './bodies.ts'
import type { Pair, RequestCase } from './format.ts'

/**
 * A request as it goes over the wire.
 *
 * @param extra headers of the host's own way in, which its handler takes out again
 * @param hidden names, in lower case, of headers that what stands before the host would not let through
 */
export function requestBytes(request: RequestCase, extra: readonly Pair[], hidden: readonly string[]): Buffer {
  if (request.lines) return insertHeaders(request.lines, extra)
  const { method = 'GET', path = '/', body, host = 'api.example' } = request
  const payload = body === undefined ? undefined : makeBytes(body)
  const headers: Pair[] = [...(host === null ? [] : [['Host', host] as const]), ...extra]
  const given = (request.headers ?? []).filter(([name]) => !hidden.includes(name.toLowerCase()))
  if (request.app) headers.push([APP_HEADER, JSON.stringify(request.app)])
  if (typeof body === 'object' && 'json' in body && !given.some(([name]) => name.toLowerCase() === 'content-type')) {
    headers.push(['Content-Type', 'application/json'])
  }
  headers.push(...given)
  if (request.chunks !== undefined) headers.push(['Transfer-Encoding', 'chunked'])
  else if (request.length !== undefined || payload) {
    headers.push(['Content-Length', String(request.length ?? payload?.length ?? 0)])
  }
  const head = `${method} ${path} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  const sent = payload && request.chunks !== undefined ? chunked(payload, request.chunks) : payload
  return sent ? Buffer.concat([Buffer.from(head), sent]) : Buffer.from(head)
}

function insertHeaders([first = '', ...rest]: readonly string[], extra: readonly Pair[]): Buffer {
  return Buffer.from([first, ...extra.map(([name, value]) => `${name}: ${value}`), ...rest].join('\r\n'))
}
