import { readAnswerName } from './header-names.ts'
import { parseConnection, removeNamed } from './hop-by-hop.ts'

/** The upstream's answer in a form that cannot be passed on. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer'
}

/**
 * The upstream's headers as they go on to the guard and the client: a flat list, without those that belong to the
 * connection or lead past the guard.
 *
 * @throws {BadAnswer} for transfer codings beside `chunked`: what undici hands on would still be coded
 */
export function passResponseHeaders(status: number, raw: readonly Buffer[]): string[] {
  const list: string[] = []
  let named: Set<string> | undefined
  let length: string | undefined
  for (let at = 0; at < raw.length; at += 2) {
    const { text, fate } = readAnswerName(raw[at] as Buffer)
    if (fate === 'drop') continue
    const value = (raw[at + 1] as Buffer).toString('latin1')
    if (fate === 'connection') {
      named = parseConnection(value, named)
    } else if (fate === 'transfer-encoding') {
      if (value.toLowerCase() !== 'chunked') {
        throw new BadAnswer(`the upstream's Transfer-Encoding is ${JSON.stringify(value)}`)
      }
    } else if (fate === 'content-length') {
      length = value
    } else {
      list.push(text, value)
    }
  }
  if (named !== undefined) removeNamed(list, named)
  // Last: once node knows a length, it reads a Content-Disposition as UTF-8 and sends it as Latin-1. A 204 has no content
  // to be long (RFC 9110 §8.6).
  if (length !== undefined && status !== 204) list.push('Content-Length', length)
  return list
}

/** Fields that mean nothing, or harm, where they come after the content (RFC 9110 §6.5.1). */
const NOT_IN_TRAILERS =
  /^(?:content-|transfer-|set-cookie|cache-control|expires|date|age|vary|location|retry-after|www-auth|proxy-|auth|host$|connection$|keep-alive$|te$|trailer$|upgrade$|strict-|access-control-|cross-origin-|x-)/i

/** Trailers that may be passed on, as pairs; undefined for none. */
export function passTrailers(raw: readonly (Buffer | string)[]): [string, string][] | undefined {
  const pairs: [string, string][] = []
  for (let at = 0; at < raw.length; at += 2) {
    const name = text(raw[at] as Buffer | string)
    if (!NOT_IN_TRAILERS.test(name)) pairs.push([name, text(raw[at + 1] as Buffer | string)])
  }
  return pairs.length > 0 ? pairs : undefined
}

function text(value: Buffer | string): string {
  return typeof value === 'string' ? value : value.toString('latin1')
}
