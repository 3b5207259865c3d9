import type { Directive } from './directives.ts'
import type { SimpleKey, SimpleValue } from './simple.ts'

/**
 * A Content-Security-Policy: what stands here replaces the preset's directive of that name, and `off` removes it. Names
 * are the field's own, values keep their quotes: `script-src: ["'self'", "'nonce'", "https://cdn.example.com"]`.
 * `'nonce'` stands for a fresh nonce, which the handler reads from `req.merlon.nonce`; where it does not, the source is
 * left out.
 */
export type CspOptions = Readonly<Partial<Record<Directive, readonly string[] | 'off'>>>

/** Strict-Transport-Security (RFC 6797). Sent over HTTPS alone. */
export interface HstsOptions {
  /** How long browsers refuse plain HTTP to this host. Default `365d`. */
  readonly maxAge?: string
  /** Whether all its subdomains are meant as well, whoever runs them. Default true. */
  readonly includeSubDomains?: boolean
  /**
   * Whether browsers may build the host into their own list, from which it takes months to come off again. Needs a
   * `maxAge` of at least `365d` and `includeSubDomains`. Default false.
   */
  readonly preload?: boolean
}

/** The headers with few values: `off` leaves one out. Defaults are the strictest, where not said otherwise. */
export type SimpleOptions = { readonly [K in SimpleKey]?: SimpleValue<K> }

/**
 * `headers` in the policy: what browsers are told with every answer. A header that the handler itself has set stands,
 * but for those that are removed.
 */
export interface HeadersOptions extends SimpleOptions {
  /** `off` leaves every answer as the handler made it. Default `enforce`. */
  readonly mode?: 'enforce' | 'off'
  /** What is answered: JSON (`api`), or pages too (`pages`). Default: the policy's own preset, `api` without one. */
  readonly preset?: 'api' | 'pages'
  /** Content-Security-Policy, over the preset's. Default: the preset's. */
  readonly csp?: CspOptions | 'off'
  /** Content-Security-Policy-Report-Only, over the preset's: tried, reported, not enforced. Default `off`. */
  readonly cspReportOnly?: CspOptions | 'off'
  /** Strict-Transport-Security (RFC 6797), sent over HTTPS alone. Default: a year, subdomains included. */
  readonly hsts?: HstsOptions | 'off'
  /**
   * Permissions-Policy: features by name, each with who may use it: `[]` nobody, `["self"]`, origins, `["*"]`; `off`
   * says nothing of a feature. Default: nobody, for all that reaches beyond the page (camera, location, payment…).
   */
  readonly permissionsPolicy?: Readonly<Record<string, readonly string[] | 'off'>> | 'off'
  /**
   * Reporting-Endpoints: addresses by name, for browsers' reports. One named `csp`, or else `default`, gets those of
   * the content security policies. Default: none.
   */
  readonly reportingEndpoints?: Readonly<Record<string, string>>
  /**
   * When answers say `Cache-Control: no-store`, where the handler does not say otherwise: to requests with credentials
   * and with answers that set a cookie or use the nonce (`authenticated`), `always`, or never (`off`). Default
   * `authenticated`.
   */
  readonly noStore?: 'authenticated' | 'always' | 'off'
  /** Further headers for every answer: `{ "X-Robots-Tag": "noindex" }`. */
  readonly add?: Readonly<Record<string, string>>
  /**
   * Headers that never leave, besides those that name the software: Server, X-Powered-By, X-AspNet-Version,
   * X-AspNetMvc-Version, X-Generator, X-Runtime. An empty list removes nothing, not even those.
   */
  readonly remove?: readonly string[]
}

/** All that may stand under `headers`. */
export type HeadersWritten = HeadersOptions | 'api' | 'pages' | 'off' | false
