import * as z from 'zod/mini'
import { once } from '../../policy/once.ts'
import { word } from '../../policy/units.ts'
import { parseDate } from './date.ts'
import { wrongTogether } from './together.ts'

/** Addresses that clients of a version are told of, each `https://…` or a path of this host. */
export interface VersionLinks {
  /** What is deprecated, and why (RFC 9745 §3). */
  readonly deprecation?: string
  /** What becomes of the version, and of what it holds (RFC 8594 §6). */
  readonly sunset?: string
  /** Where the next version is (RFC 5829). */
  readonly successor?: string
}

/** One version of the API. */
export interface VersionOptions {
  /** Since when, or from when on, it should not be used: `2026-03-01`, or with a time, `2026-03-01T12:00:00Z`. */
  readonly deprecated?: string
  /** From when on it answers 410 `version-gone`; not before `deprecated`. A day begins at midnight UTC. */
  readonly sunset?: string
  /** Where clients can read of it: addresses, sent in `Link` with every answer of the version. Default: none. */
  readonly links?: VersionLinks
}

/** `versions` in the policy: which versions the API has, how requests name one, and when one ends. */
export interface VersionsOptions {
  /** `observe` reports what would be refused and lets it pass; headers are sent as ever. Default `enforce`. */
  readonly mode?: 'enforce' | 'observe' | 'off'
  /**
   * Where requests name the version: the `path` (`/v1/books`; routes of the policy match what is left, `/books`), a
   * `header`, or a `media-type` of Accept or Content-Type. Default `path`.
   */
  readonly by?: 'path' | 'header' | 'media-type'
  /** With `by: path`, what stands before the version: `/api` for `/api/v1/books`. Default: nothing. */
  readonly under?: string
  /** With `by: header`, the header's name. Default `API-Version`. */
  readonly header?: string
  /** With `by: media-type`, the name of the type's parameter: `application/json; version=v2`. Default `version`. */
  readonly parameter?: string
  /** With `by: media-type`, a type that holds the version: `application/vnd.acme.{version}+json`. Default: none. */
  readonly mediaType?: string
  /** The version of a request that names none. Default: none, and such a request gets 400 `version-missing`. */
  readonly default?: string
  /** Paths, to the letter, that have no version. Default `/health`, `/healthz`, `/livez`, `/readyz`. */
  readonly skip?: readonly string[]
  /** The versions, by their names as requests write them. Default: none, and nothing is asked for. */
  readonly known?: Readonly<Record<string, VersionOptions>>
}

/** All that may stand under `versions`; a list of names stands for `known`. */
export type VersionsWritten = VersionsOptions | readonly string[] | 'observe' | 'off' | false

/** Canonical; moments in milliseconds since 1970, UTC. */
export interface Version {
  readonly deprecatedMs: number | null
  readonly sunsetMs: number | null
  readonly links: { readonly [rel in 'deprecation' | 'sunset' | 'successor']: string | null }
}

/** The canonical section. */
export interface Versions {
  readonly mode: 'enforce' | 'observe' | 'off'
  readonly by: 'path' | 'header' | 'media-type'
  readonly under: string
  readonly header: string
  readonly parameter: string
  readonly mediaType: string | null
  readonly default: string | null
  readonly skip: readonly string[]
  readonly known: Readonly<Record<string, Version>>
}

const HEALTH = ['/health', '/healthz', '/livez', '/readyz']

const DATE_EXPECTED = 'a day such as "2026-12-31", or a moment in UTC such as "2026-12-31T12:00:00Z"'
const LINK_EXPECTED = 'an address such as "https://docs.example.com/v2", or a path of this host such as "/v2"'
const NAME_EXPECTED = 'the name of a version as requests write it, such as "v1", "2" or "2026-01-01"'
const HEADER_EXPECTED = 'the name of a header of your own, such as "API-Version"'
const PARAMETER_EXPECTED = 'the name of a parameter in lower case, such as "version"'
const PATH_EXPECTED = 'a path to the letter, such as "/health"'
const UNDER_EXPECTED = 'a path without a slash at its end, such as "/api"'
const TYPE_EXPECTED = 'a media type with "{version}" in it, such as "application/vnd.acme.{version}+json"'

/** Found in every request, and meant otherwise. */
const TAKEN =
  /^(?:accept|authorization|connection|content-(?:length|type)|cookie|host|origin|transfer-encoding|upgrade|x-api-key)$/i

const fitting = (pattern: RegExp, error: string) => z.string({ error }).check(z.regex(pattern, { error }))

function version() {
  const date = z.optional(
    z
      .string({ error: DATE_EXPECTED })
      .check(z.refine((text) => parseDate(text) !== undefined, { error: DATE_EXPECTED })),
  )
  const link = z.optional(fitting(/^(?:https?:\/\/[^\s<>"\\/]+[^\s<>"\\]*|\/(?![/\\])[^\s<>"\\]*)$/, LINK_EXPECTED))
  return z.strictObject(
    {
      deprecated: date,
      sunset: date,
      links: z._default(
        z.strictObject(
          { deprecation: link, sunset: link, successor: link },
          { error: 'addresses, such as { deprecation: "https://docs.example.com/v2" }' },
        ),
        {},
      ),
    },
    { error: 'what becomes of the version, such as { sunset: "2026-12-31" }, or {}' },
  )
}

function written() {
  const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
  const name = fitting(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, NAME_EXPECTED)
  return z.strictObject(
    {
      mode: z._default(word(['enforce', 'observe', 'off']), 'enforce'),
      by: z._default(word(['path', 'header', 'media-type']), 'path'),
      under: z.optional(fitting(/^(?:\/[A-Za-z0-9._~-]+)*$/, UNDER_EXPECTED)),
      header: z._default(
        fitting(token, HEADER_EXPECTED).check(z.refine((text) => !TAKEN.test(text), { error: HEADER_EXPECTED })),
        'API-Version',
      ),
      parameter: z._default(fitting(/^[a-z][a-z0-9-]*$/, PARAMETER_EXPECTED), 'version'),
      mediaType: z.optional(fitting(/^[a-z0-9-]+\/(?:[a-z0-9+-]+\.)+\{version\}(?:[.+][a-z0-9.+-]*)?$/, TYPE_EXPECTED)),
      default: z.optional(name),
      skip: z._default(
        z.array(fitting(/^\/[^\s?#*:]*$/, PATH_EXPECTED), { error: 'a list of paths, such as ["/health"]' }),
        HEALTH,
      ),
      known: z._default(
        z.record(z.string(), version(), { error: 'versions by their names, such as { v1: {}, v2: {} }' }),
        {},
      ),
    },
    {
      error: 'versions such as ["v1", "v2"], settings such as { by: "header", known: { "2": {} } }, "observe" or "off"',
    },
  )
}

export type Written = z.output<ReturnType<typeof written>>

export const schema = once(
  (): z.ZodMiniType<Versions> =>
    z.pipe(
      written(),
      z.transform((options, context): Versions => {
        for (const { path, expected } of wrongTogether(options)) {
          context.issues.push({ code: 'custom', path: [...path], message: expected, input: options })
        }
        const { under = '', mediaType = null, default: fallback = null, skip, known, ...rest } = options
        const versions = Object.entries(known).map(([name, each]) => [name, canonical(each)] as const)
        return {
          ...rest,
          under,
          mediaType,
          default: fallback,
          skip: [...new Set(skip)].sort(),
          known: Object.fromEntries(versions),
        }
      }),
    ),
)

function canonical({ deprecated, sunset, links }: Written['known'][string]): Version {
  const { deprecation = null, sunset: end = null, successor = null } = links
  return {
    deprecatedMs: momentOf(deprecated),
    sunsetMs: momentOf(sunset),
    links: { deprecation, sunset: end, successor },
  }
}

const momentOf = (text: string | undefined): number | null => (text === undefined ? null : (parseDate(text) ?? null))

const STRICTEST = ['enforce', 'observe', 'off'] as const

/** No route has a section of its own; what a change of policy's mode does is told by this. */
export function fold(base: Versions, route: Versions): Versions {
  return { ...base, mode: STRICTEST.find((mode) => mode === base.mode || mode === route.mode) ?? 'enforce' }
}

export function desugar(value: unknown): unknown {
  if (value === false || value === 'off') return { mode: 'off' }
  if (value === 'observe') return { mode: 'observe' }
  if (!Array.isArray(value)) return value
  return { known: Object.fromEntries(value.map((name) => [String(name), {}])) }
}
