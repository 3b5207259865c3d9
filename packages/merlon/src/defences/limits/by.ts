import * as z from 'zod/mini'
import { codeName } from '../../policy/code.ts'
import { count, word } from '../../policy/units.ts'
import type { SubjectOf } from './request.ts'

/** How a field's text is read before it is counted by, so that one account has one counter. Each does a step more. */
export type As =
  /** As it was sent. */
  | 'exact'
  /** Without white space at its ends. */
  | 'trim'
  /** And in lower case, for ASCII letters. */
  | 'lower'
  /** And with composed characters (Unicode's NFC), as addresses of e-mail are compared. */
  | 'email'

/** A field of the request: one of the five, and how its text is read. */
export interface WrittenField {
  /** A field of a JSON body or a form: `email`; in an object within the body, `user.email`. */
  readonly body?: string
  /** A header. */
  readonly header?: string
  /** A cookie. */
  readonly cookie?: string
  /** A parameter of the route's path: `id` of `/users/:id`. */
  readonly param?: string
  /** A field of the query. */
  readonly query?: string
  /** Default: `email`, which leaves an attacker the fewest spellings of one account. */
  readonly as?: As
}

/** The network that the address lies in. */
export interface WrittenPrefix {
  /** Its length for IPv4, 8 to 32. */
  readonly prefix: number
  /** Its length for IPv6, 16 to 64. Default: 48. */
  readonly ipv6?: number
}

/** What a function of the program says of a request. */
export interface WrittenCode {
  /**
   * The name that `code` binds; in a program it may stand here itself. It gives a text, or the promise of one, and a
   * request that it gives none for is answered 400.
   */
  readonly use: string | SubjectOf
  /** Whether it looks at the body, which is then read first. Default: false. */
  readonly needs?: 'body'
}

type Word = 'address' | 'principal' | 'tier' | 'scope' | 'route'
type WrittenPart = Word | WrittenField | WrittenPrefix | WrittenCode | SubjectOf

export type WrittenBy = WrittenPart | readonly WrittenPart[]

export type Source = 'body' | 'cookie' | 'header' | 'param' | 'query'

export interface ByField {
  readonly kind: Source
  readonly field: string
  readonly as: As
}

export type By =
  | { readonly kind: Word }
  | { readonly kind: 'prefix'; readonly ipv4: number; readonly ipv6: number }
  | ByField
  | { readonly kind: 'code'; readonly use: string; readonly needs?: 'body' }

const EXPECTED =
  '"address", "principal", a field such as { body: "email" }, code such as { use: "tenantOf" }, or a list of these that count together'
const BODY_EXPECTED = 'the name of a field in the body, such as "email" or "user.email"'
const MOST = 4

const WORDS = ['address', 'principal', 'tier', 'scope', 'route'] as const

/** Each source of a field, with what its names look like. */
const SOURCES: readonly (readonly [source: Source, pattern: RegExp, expected: string])[] = [
  ['body', /^[\w$-]{1,64}(?:\.[\w$-]{1,64}){0,7}$/, BODY_EXPECTED],
  ['header', /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, 'the name of a header, such as "x-tenant"'],
  ['cookie', /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, 'the name of a cookie, such as "session"'],
  ['param', /^\w{1,64}$/, 'the name of a parameter of the route\'s path, such as "id"'],
  ['query', /^[\w$.[\]-]{1,64}$/, 'the name of a field in the query, such as "q"'],
]

function field(source: Source, pattern: RegExp, expected: string) {
  const name = z.string({ error: expected }).check(z.regex(pattern, { error: expected }))
  return z.pipe(
    z.strictObject({ [source]: name, as: z._default(word(['exact', 'trim', 'lower', 'email']), 'email') }),
    z.transform((written): By => {
      const text = String(written[source])
      return { kind: source, field: source === 'header' ? text.toLowerCase() : text, as: written['as'] as As }
    }),
  )
}

const prefix = () =>
  z.pipe(
    z.strictObject({ prefix: count(8, 32), ipv6: z._default(count(16, 64), 48) }),
    z.transform(({ prefix: ipv4, ipv6 }): By => ({ kind: 'prefix', ipv4, ipv6 })),
  )

const code = () =>
  z.pipe(
    z.strictObject({
      use: codeName('the name of a function that the program binds, such as "tenantOf"'),
      needs: z.optional(word(['body'])),
    }),
    z.transform(({ use, needs }): By => ({ kind: 'code', use, ...(needs && { needs }) })),
  )

const named = () =>
  z.pipe(
    z.enum(WORDS, { error: EXPECTED }),
    z.transform((kind): By => ({ kind })),
  )

function written() {
  const fields = SOURCES.map((source) => field(...source))
  const one = [named(), ...fields, prefix(), code()] as const
  const list = z.array(z.union(one, { error: EXPECTED })).check(
    z.refine((parts) => parts.length > 0 && parts.length <= MOST, { error: `one to ${MOST} that count together` }),
    z.refine((parts) => new Set(parts.map(nameOf)).size === parts.length, { error: 'each of these once' }),
    z.refine((parts) => new Set(parts.filter(isAddress).map(({ kind }) => kind)).size < 2, {
      error: 'the address or a network of it, not both',
    }),
  )
  return z.union([...one, list], { error: EXPECTED })
}

/** In an order of their own: which of two is written first means nothing. */
export function by() {
  return z.pipe(
    written(),
    z.transform((parts): By[] => (Array.isArray(parts) ? parts : [parts]).sort(inOrder)),
  )
}

function inOrder(a: By, b: By): number {
  if (isAddress(a) !== isAddress(b)) return isAddress(a) ? -1 : 1
  return nameOf(a) < nameOf(b) ? -1 : 1
}

/** All keys that an object to count by may have. */
export const BY_KEYS: readonly string[] = [...SOURCES.map(([source]) => source), 'as', 'prefix', 'ipv6', 'use', 'needs']

export function isAddress({ kind }: By): boolean {
  return kind === 'address' || kind === 'prefix'
}

/** Whether the part is known once a principal is: where there is none, the address stands in for it. */
export function isPrincipal({ kind }: By): boolean {
  return kind === 'principal' || kind === 'tier' || kind === 'scope'
}

/** What a part of a subject is called. */
export function nameOf(part: By): string {
  if ('field' in part) return `${part.kind} ${part.field}`
  return part.kind === 'code' ? `code ${part.use}` : part.kind
}

/** A part in words: `body field "email"`. */
export function sayPart(part: By): string {
  if ('field' in part) return `${SAID[part.kind]} "${part.field}"`
  if (part.kind === 'code') return `what "${part.use}" says`
  return part.kind === 'prefix' ? `address within /${part.ipv4} (IPv6 /${part.ipv6})` : part.kind
}

const SAID: Readonly<Record<Source, string>> = {
  body: 'body field',
  cookie: 'cookie',
  header: 'header',
  param: 'path parameter',
  query: 'query field',
}
