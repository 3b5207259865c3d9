import type { Facts } from '../../contract/facts.ts'
import { type Named, NONE } from './by-path.ts'

const UNKNOWN: Named = { kind: 'unknown', why: 'a media type names a version that is not under versions.known' }
const SEVERAL: Named = { kind: 'unknown', why: 'media types of the request name different versions' }

/** Longer lists are no list of what a client takes. */
const LONGEST = 4096

/**
 * Reads the version from the media types of Accept and Content-Type. Every version that they name has to be the same
 * one: which of two the handler would choose is not for the guard to guess.
 */
export function compileByMediaType(
  parameter: string,
  mediaType: string | null,
  names: readonly string[],
): (facts: Facts) => Named {
  const known = new Map(names.map((name) => [name, { kind: 'known', name } as const]))
  const read = compileRead(parameter, mediaType)

  return (facts) => {
    let found: string | undefined
    for (const header of ['accept', 'content-type']) {
      const value = facts.header(header)
      if (value === undefined) continue
      if (value.length > LONGEST) return UNKNOWN
      for (const type of split(value, COMMA)) {
        const name = read(type)
        if (name === undefined) continue
        if (found !== undefined && found !== name) return SEVERAL
        found = name
      }
    }
    return found === undefined ? NONE : (known.get(found) ?? UNKNOWN)
  }
}

/** The version that one media type names; an empty name is one too, and never known. */
function compileRead(parameter: string, mediaType: string | null): (type: string) => string | undefined {
  const [before = '', after = ''] = mediaType?.split('{version}') ?? []
  return (type) => {
    const [essence = '', ...parameters] = split(type, SEMICOLON)
    // Types and the names of their parameters have no case (RFC 9110 §8.3.1); versions have.
    const lower = essence.toLowerCase()
    let found: string | undefined
    const long = essence.length >= before.length + after.length
    if (before !== '' && long && lower.startsWith(before) && lower.endsWith(after)) {
      found = essence.slice(before.length, essence.length - after.length)
    }
    for (const each of parameters) {
      const equals = each.indexOf('=')
      if (equals < 0 || each.slice(0, equals).trim().toLowerCase() !== parameter) continue
      const value = unquote(each.slice(equals + 1).trim())
      // Two of them are two versions, and those are none.
      if (found !== undefined && found !== value) return ''
      found = value
    }
    return found
  }
}

const COMMA = ','
const SEMICOLON = ';'

/** The parts of a list, quoted text left whole (RFC 9110 §5.6.4). */
function split(text: string, mark: string): readonly string[] {
  if (!text.includes('"')) return text.split(mark).map((part) => part.trim())
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at <= text.length; at++) {
    const char = text[at]
    if (quoted && char === '\\') at++
    else if (char === '"') quoted = !quoted
    else if (at >= text.length || (char === mark && !quoted)) {
      parts.push(text.slice(start, at).trim())
      start = at + 1
    }
  }
  return parts
}

function unquote(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replace(/\\(.)/g, '$1')
    : text
}
