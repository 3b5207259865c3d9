/** A header with a handful of values, one of which is right for nearly everybody. */
interface Simple {
  readonly name: string
  /** What the policy says, strictest first, and what the header says then. `off`, the header unsent, comes after all. */
  readonly values: Readonly<Record<string, string>>
}

export const simple = {
  /** Who may hold a reference to this page's window (HTML, "cross-origin opener policies"). */
  crossOriginOpenerPolicy: {
    name: 'Cross-Origin-Opener-Policy',
    values: same('same-origin', 'noopener-allow-popups', 'same-origin-allow-popups', 'unsafe-none'),
  },
  /** What this page may embed without that one's consent (HTML, "cross-origin embedder policies"). */
  crossOriginEmbedderPolicy: {
    name: 'Cross-Origin-Embedder-Policy',
    values: same('require-corp', 'credentialless', 'unsafe-none'),
  },
  /** Who may embed the answer, as an image or a script, without CORS (Fetch, "Cross-Origin-Resource-Policy"). */
  crossOriginResourcePolicy: {
    name: 'Cross-Origin-Resource-Policy',
    values: same('same-origin', 'same-site', 'cross-origin'),
  },
  /** Keeps pages of sibling hosts out of this one's process (HTML, "origin-keyed agent clusters"). */
  originAgentCluster: { name: 'Origin-Agent-Cluster', values: { on: '?1' } },
  /** What other sites learn of the page that a request comes from (Referrer Policy §3). */
  referrerPolicy: {
    name: 'Referrer-Policy',
    values: same(
      'no-referrer',
      'same-origin',
      'strict-origin',
      'strict-origin-when-cross-origin',
      'origin',
      'origin-when-cross-origin',
      'no-referrer-when-downgrade',
      'unsafe-url',
    ),
  },
  /** Holds browsers to the content type: text that looks like a script is none (Fetch, "X-Content-Type-Options"). */
  xContentTypeOptions: { name: 'X-Content-Type-Options', values: { on: 'nosniff' } },
  /** Whether links are looked up in the DNS before anybody follows them. */
  xDnsPrefetchControl: { name: 'X-DNS-Prefetch-Control', values: { deny: 'off', allow: 'on' } },
  /** Keeps old browsers from opening a download as a page of this site. */
  xDownloadOptions: { name: 'X-Download-Options', values: { on: 'noopen' } },
  /** Who may show the page in a frame, for browsers that do not know `frame-ancestors` (RFC 7034). */
  xFrameOptions: { name: 'X-Frame-Options', values: { deny: 'DENY', sameorigin: 'SAMEORIGIN' } },
  /** Whether documents of PDF and Flash readers may read from this site. */
  xPermittedCrossDomainPolicies: {
    name: 'X-Permitted-Cross-Domain-Policies',
    values: same('none', 'master-only', 'by-content-type', 'all'),
  },
  /** Turns off a filter of old browsers that could itself be made to leak. */
  xXssProtection: { name: 'X-XSS-Protection', values: { on: '0' } },
} as const satisfies Readonly<Record<string, Simple>>

export type SimpleKey = keyof typeof simple

/** What may be written for a header: one of its values, or `off`. */
export type SimpleValue<K extends SimpleKey> = (keyof (typeof simple)[K]['values'] & string) | 'off'

export type SimpleValues = { readonly [K in SimpleKey]: SimpleValue<K> }

export const simpleKeys = Object.keys(simple) as readonly SimpleKey[]

/** The words of a header, strictest first. */
export function wordsOf<K extends SimpleKey>(key: K): readonly [SimpleValue<K>, ...SimpleValue<K>[]] {
  return [...Object.keys(simple[key].values), 'off'] as readonly string[] as readonly [
    SimpleValue<K>,
    ...SimpleValue<K>[],
  ]
}

/** What the header says for a word. */
export function fieldValue(key: SimpleKey, word: string): string {
  const values: Readonly<Record<string, string>> = simple[key].values
  return values[word] as string
}

/** Words that are the header's own. */
function same<const T extends readonly string[]>(...words: T): { readonly [W in T[number]]: W } {
  return Object.fromEntries(words.map((word) => [word, word])) as { readonly [W in T[number]]: W }
}
