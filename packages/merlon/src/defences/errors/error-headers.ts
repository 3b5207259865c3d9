import type { HeaderList } from '../../contract/verdict.ts'

/** RFC 9110 §5.6.2 and §5.5; line breaks would begin a header of their own. */
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const LONGEST = 1024

/** Headers that a status means something by (RFC 9110 §15.5), so that they go with it. */
const KEPT = new Set([
  'accept-encoding',
  'accept-patch',
  'accept-post',
  'allow',
  'content-range',
  'retry-after',
  'www-authenticate',
])

/** Headers that describe a body or a connection which is not the problem's, or that would let it be stored. */
const REPLACED = new Set([
  'cache-control',
  'connection',
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-type',
  'etag',
  'expires',
  'keep-alive',
  'last-modified',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Of the headers that a library's error brings, an object by name, those that its status needs. */
export function keptHeaders(given: unknown): HeaderList | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const kept: string[] = []
  for (const [name, value] of Object.entries(given)) {
    const line = typeof value === 'number' ? String(value) : value
    if (KEPT.has(name.toLowerCase()) && isValue(line)) kept.push(name, line)
  }
  return kept.length > 0 ? kept : undefined
}

/** Of the headers of a problem thrown on purpose, a flat list, all that can go out with it. */
export function ownHeaders(given: unknown): HeaderList | undefined {
  if (!Array.isArray(given)) return undefined
  const list: string[] = []
  for (let at = 0; at + 1 < given.length; at += 2) {
    const name: unknown = given[at]
    const value: unknown = given[at + 1]
    if (typeof name === 'string' && NAME.test(name) && !REPLACED.has(name.toLowerCase()) && isValue(value)) {
      list.push(name, value)
    }
  }
  return list.length > 0 ? list : undefined
}

function isValue(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST && VALUE.test(value)
}
