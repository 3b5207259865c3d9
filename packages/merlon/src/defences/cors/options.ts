import * as z from 'zod/mini'
import { once } from '../../policy/once.ts'
import { hasReference } from '../../policy/references.ts'
import { duration, word } from '../../policy/units.ts'
import { conflicts } from './conflicts.ts'
import { parseOrigin } from './parse-origin.ts'

/**
 * `cors` in the policy: which pages of other origins may call, and what their scripts may send and read. All others get
 * 403. CORS headers that the application itself sets are replaced, or removed where no origin is admitted.
 */
export interface CorsOptions {
  /**
   * `observe` reports foreign origins and lets their requests pass, still without CORS headers. `off` leaves CORS to
   * the application. Default `enforce`.
   */
  readonly mode?: 'enforce' | 'observe' | 'off'
  /**
   * Who is admitted. Default: nobody but the API's own origin.
   *
   * - `https://app.example.com`: to the letter, as browsers send it: lower case, no default port, no path
   * - `https://*.example.com`, `https://pr-*.example.com`: `*` is one label or a part of it
   * - `http://localhost:*`: any port of the developer's machine
   * - `/^https:\/\/[a-z0-9-]+\.example\.com$/`: anchored at both ends, every dot escaped, in a small safe part of the
   *   language; in TypeScript also a `RegExp`
   * - `*` alone: everybody, without credentials
   * - `${ORIGINS}`: may hold several, separated by commas
   */
  readonly origins?: readonly (string | RegExp)[]
  /** Methods that a page may use besides GET, HEAD and POST. Default `GET, HEAD, PUT, PATCH, POST, DELETE`. */
  readonly methods?: readonly string[]
  /**
   * Headers that a page may send. The request's own wish is never reflected. Default `Authorization`, `Content-Type`,
   * `Idempotency-Key`, `If-Match`, `If-None-Match`, `X-API-Key`, `X-Request-Id`.
   */
  readonly allowedHeaders?: readonly string[]
  /**
   * Headers of the answer that a page may read, besides `RateLimit`, `RateLimit-Policy`, `Retry-After` and
   * `X-Request-Id`, or what `errors.requestId` calls it, which are always exposed. An empty list exposes nothing, not
   * even those.
   */
  readonly exposedHeaders?: readonly string[]
  /** Whether cookies and other credentials of the browser come along. Never together with `*`. Default false. */
  readonly credentials?: boolean
  /** How long a browser may keep a preflight's answer, at most `1d`; Chromium stops at two hours. Default `24h`. */
  readonly maxAge?: string
  /** Hands an admitted preflight on to the application, whose answer then gets the headers. Default false. */
  readonly preflightContinue?: boolean
  /** The status of an admitted preflight, 200 or 204. Default 204. */
  readonly preflightStatus?: 200 | 204
  /**
   * Whether admitted pages may reach this API on a private network from a public one (Private Network Access).
   * Default false.
   */
  readonly privateNetwork?: boolean
  /** Whether admitted pages may read how long each phase of a request took (Resource Timing). Default false. */
  readonly timing?: boolean
}

/** All that may stand under `cors`. */
export type CorsWritten = CorsOptions | 'observe' | 'off' | false | string | readonly (string | RegExp)[]

/** The canonical section. */
export interface Cors {
  readonly mode: 'enforce' | 'observe' | 'off'
  readonly origins: readonly string[]
  /** An origin has to be in each of these lists as well; only where a route and the policy are combined. */
  readonly within?: readonly (readonly string[])[]
  readonly methods: readonly string[]
  readonly allowedHeaders: readonly string[]
  readonly exposedHeaders: readonly string[]
  readonly credentials: boolean
  readonly maxAgeSeconds: number
  readonly preflightContinue: boolean
  readonly preflightStatus: 200 | 204
  readonly privateNetwork: boolean
  readonly timing: boolean
}

/** In a list of exposed headers, it stands for what the policy calls it. */
export const REQUEST_ID = 'X-Request-Id'

/** What the guard itself puts on answers and a script has to read to behave well. */
export const OWN_HEADERS = ['RateLimit', 'RateLimit-Policy', 'Retry-After', REQUEST_ID]

const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE']

const HEADERS = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'X-API-Key',
  'X-Request-Id',
]

/** RFC 9110 §5.6.2 */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

const METHOD_EXPECTED = 'a method in upper case, such as "PATCH"; methods are compared with their case'
const HEADER_EXPECTED = 'the name of a header, such as "X-Request-Id"'

const origin = () =>
  z.string({ error: 'an origin as text, or a pattern; what a function decides cannot be checked' }).check(
    z.check((context) => {
      const text = context.value
      // What a variable holds is known at the start alone, and read again then.
      const read = hasReference(text) ? undefined : parseOrigin(text)
      if (read?.kind === 'wrong') context.issues.push({ code: 'custom', message: read.expected, input: text })
    }),
  )

const method = () =>
  z
    .string({ error: METHOD_EXPECTED })
    .check(z.refine((text) => TOKEN.test(text) && !/[a-z]/.test(text), { error: METHOD_EXPECTED }))
    .check(z.refine((text) => !/^(?:CONNECT|TRACE|TRACK)$/.test(text), { error: 'a method that a page can use' }))

const list = <T extends z.ZodMiniType>(each: T, expected: string) => z.array(each, { error: expected })

function written() {
  const header = z.string({ error: HEADER_EXPECTED }).check(z.regex(TOKEN, { error: HEADER_EXPECTED }))
  const flag = z._default(z.boolean({ error: 'true or false' }), false)
  return z.strictObject(
    {
      mode: z._default(word(['enforce', 'observe', 'off']), 'enforce'),
      origins: z._default(list(origin(), 'a list of origins, such as ["https://app.example.com"]'), []),
      methods: z._default(list(method(), 'a list of methods, such as ["GET", "POST"]'), METHODS),
      allowedHeaders: z._default(list(header, 'a list of header names, such as ["Content-Type"]'), HEADERS),
      exposedHeaders: z.optional(list(header, 'a list of header names, such as ["X-Total-Count"]')),
      credentials: flag,
      maxAge: z.prefault(
        duration({ max: '1d' }).check(z.refine((ms) => ms % 1000 === 0, { error: 'a duration in whole seconds' })),
        '24h',
      ),
      preflightContinue: flag,
      preflightStatus: z._default(z.literal([200, 204], { error: '200 or 204' }), 204),
      privateNetwork: flag,
      timing: flag,
    },
    { error: 'what pages of other origins may do, such as { origins: ["https://app.example.com"] }, or "off"' },
  )
}

export const schema = once(
  (): z.ZodMiniType<Cors> =>
    z.pipe(
      written(),
      z.transform((options, context): Cors => {
        for (const { path, expected } of conflicts(options)) {
          context.issues.push({ code: 'custom', path: [...path], message: expected, input: options })
        }
        const { maxAge, exposedHeaders = OWN_HEADERS, ...rest } = options
        const exposed = exposedHeaders.length === 0 ? [] : distinct([...OWN_HEADERS, ...exposedHeaders])
        return { ...rest, exposedHeaders: exposed, maxAgeSeconds: maxAge / 1000 }
      }),
    ),
)

/** Header names are one whatever their case. */
export function distinct(names: readonly string[]): string[] {
  const seen = new Map<string, string>()
  for (const name of names) if (!seen.has(name.toLowerCase())) seen.set(name.toLowerCase(), name)
  return [...seen.values()]
}

export function desugar(value: unknown): unknown {
  if (value === false || value === 'off') return { mode: 'off' }
  if (value === 'observe') return { mode: 'observe' }
  if (typeof value === 'string') return { origins: [value] }
  return Array.isArray(value) ? { origins: value } : value
}
