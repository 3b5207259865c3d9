import { nearest } from './nearest.ts'
import { quote } from './quote.ts'

/**
 * One part of a pattern between slashes. `text` is as requests bear it in their canonical path: what is no path
 * character percent-encoded. `rest` stands last and takes all that is left, nothing included.
 */
export type Segment =
  | { readonly kind: 'static'; readonly text: string }
  | { readonly kind: 'param'; readonly name: string }
  | { readonly kind: 'rest' }

const rest: Segment = { kind: 'rest' }

/**
 * `GET,HEAD /books/:id`, read. Patterns are written as paths read after decoding (`/café`, not `/caf%C3%A9`), without
 * a slash at the end. `/admin/*` also holds for `/admin`: who protects a tree means its root too.
 */
export interface RouteKey {
  /** `['*']` for any method. `GET` answers HEAD as well (RFC 9110 §9.3.2) unless another key names HEAD. */
  readonly methods: readonly string[]
  readonly pattern: string
  readonly segments: readonly Segment[]
}

/** What Node's parser lets in (and RFC 9110 §9.1 calls case-sensitive); a name beyond these never arrives. */
const METHODS = (
  'GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT QUERY ACL BIND CHECKOUT COPY LINK LOCK M-SEARCH MERGE ' +
  'MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY PROPFIND PROPPATCH PURGE REBIND REPORT SEARCH SOURCE SUBSCRIBE UNBIND ' +
  'UNLINK UNLOCK UNSUBSCRIBE'
).split(' ')

const LONGEST = 2048

/** Reads a route's key; a string is what was expected instead, to follow the word "expected". */
export function parseRouteKey(key: string): RouteKey | string {
  if (key.length > LONGEST) return `a method and a path of at most ${LONGEST} characters`
  if (key !== key.trim()) return `no space around the route: ${quote(key.trim())}`
  const space = key.search(/\s/)
  const path = key.slice(space + 1)
  const methods = space < 0 ? ['*'] : parseMethods(key.slice(0, space), path)
  if (typeof methods === 'string') return methods
  const segments = parsePattern(path, space < 0 ? '' : `${key.slice(0, space)} `)
  return typeof segments === 'string' ? segments : { methods, pattern: path, segments }
}

/** A route's key as it is written shortest. */
export function formatRouteKey({ methods, pattern }: Pick<RouteKey, 'methods' | 'pattern'>): string {
  return methods[0] === '*' ? pattern : `${methods.join(',')} ${pattern}`
}

function parseMethods(text: string, path: string): string[] | string {
  if (text === '*') return ['*']
  if (/^(all|any)$/i.test(text)) return `"*" for any method: ${quote(`* ${path}`)}`
  if (text.endsWith(',')) return `methods with a comma and no space between them: "GET,HEAD /books"`
  const methods = text.split(',')
  for (const method of methods) {
    if (METHODS.includes(method)) continue
    const upper = method.toUpperCase()
    if (method.startsWith('/')) return 'a path without spaces'
    if (METHODS.includes(upper)) return `the method in upper case: ${quote(`${text.toUpperCase()} ${path}`)}`
    const meant = nearest(upper, METHODS)
    return `a method of HTTP before the path, such as ${meant === undefined ? '"GET", "POST" or "*"' : quote(meant)}`
  }
  if (new Set(methods).size < methods.length) return 'each method once'
  return methods
}

function parsePattern(path: string, method: string): Segment[] | string {
  const write = (text: string) => quote(`${method}${text}`)
  if (!path.startsWith('/')) {
    return path.startsWith('^') ? PLAIN : `a path that begins with a slash: ${write(`/${path.trim()}`)}`
  }
  if (/\s/.test(path)) return 'a path without spaces'
  if (/\p{Surrogate}/u.test(path)) return 'whole characters'
  if (path === '/') return []
  if (path.includes('//')) return `single slashes: ${write(path.replace(/\/{2,}/g, '/'))}`
  if (path.endsWith('/')) return `no slash at the end: ${write(path.slice(0, -1))}`
  if (/:\w+\?/.test(path)) return PLAIN
  if (/[?#]/.test(path))
    return `the path alone, without query or fragment: ${write(path.replace(/[?#].*$/, '') || '/')}`
  if (path.includes('%')) return `the path as it reads decoded${decoded(path, write)}`
  if (/[{<]\w+[}>]/.test(path)) return `a parameter written ":name": ${write(path.replace(/[{<](\w+)[}>]/g, ':$1'))}`
  const texts = path.slice(1).split('/')
  const segments: Segment[] = []
  const names = new Set<string>()
  for (const [at, text] of texts.entries()) {
    const segment = parseSegment(text, at === texts.length - 1)
    if (typeof segment === 'string') return segment
    if (segment.kind === 'param' && names.size === names.add(segment.name).size) {
      return `each parameter's name once, not ":${segment.name}" twice`
    }
    segments.push(segment)
  }
  return segments
}

const PLAIN = 'a plain path without regular expressions: text, ":name" for one segment, "*" at the end for the rest'

function decoded(path: string, write: (text: string) => string): string {
  try {
    const text = decodeURIComponent(path)
    return text.includes('%') ? '' : `: ${write(text)}`
  } catch {
    return ''
  }
}

function parseSegment(text: string, last: boolean): Segment | string {
  if (text === '*') return last ? rest : '"*" as the last segment only; ":name" stands for one segment'
  if (text === '**') return '"*", which already takes every segment that is left'
  if (text === '.' || text === '..') return 'a path without dot segments: no request arrives with one'
  if (text.startsWith(':')) {
    const name = text.slice(1)
    if (name === '__proto__') return 'another name for the parameter'
    if (/^[A-Za-z_]\w*$/.test(name)) return { kind: 'param', name }
    if (/[()[\]?+*]/.test(text)) return PLAIN
    return 'a parameter that is a whole segment: ":" and a name of letters, digits and "_"'
  }
  // `;` parameters and backslashes are refused in requests: a route that holds one would never match.
  if (/[;\\]/.test(text)) return 'a path without ";" and "\\": requests that hold one are refused'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(text)) return 'a path without control characters'
  if (/[*()[\]{}^|<>"`]|[+$]$/.test(text)) return PLAIN
  return { kind: 'static', text: text.replace(/[^\x21-\x7e]+/g, encodeURIComponent) }
}
