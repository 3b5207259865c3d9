/** How the values of a directive are written. */
type Kind = 'sources' | 'words' | 'none'

/** Every directive of Content Security Policy Level 3 and of the specifications that add to it. */
export const directives = {
  'default-src': 'sources',
  'script-src': 'sources',
  'script-src-elem': 'sources',
  'script-src-attr': 'sources',
  'style-src': 'sources',
  'style-src-elem': 'sources',
  'style-src-attr': 'sources',
  'img-src': 'sources',
  'font-src': 'sources',
  'connect-src': 'sources',
  'media-src': 'sources',
  'object-src': 'sources',
  'frame-src': 'sources',
  'fenced-frame-src': 'sources',
  'child-src': 'sources',
  'worker-src': 'sources',
  'manifest-src': 'sources',
  'base-uri': 'sources',
  'form-action': 'sources',
  'frame-ancestors': 'sources',
  sandbox: 'words',
  'require-trusted-types-for': 'words',
  'trusted-types': 'words',
  'report-uri': 'words',
  'report-to': 'words',
  'upgrade-insecure-requests': 'none',
} as const satisfies Readonly<Record<string, Kind>>

export type Directive = keyof typeof directives

/** A whole policy: each directive with its values. */
export type Directives = Readonly<Partial<Record<Directive, readonly string[]>>>

export const directiveNames = Object.keys(directives) as readonly Directive[]

/** Stands for the request's own nonce. */
export const NONCE = "'nonce'"

const KEYWORDS = [
  'self',
  'none',
  'strict-dynamic',
  'report-sample',
  'unsafe-inline',
  'unsafe-eval',
  'unsafe-hashes',
  'wasm-unsafe-eval',
  'inline-speculation-rules',
  'nonce',
]

const WORDS: Readonly<Record<string, { readonly form: RegExp; readonly expected: string }>> = {
  sandbox: { form: /^allow-[a-z-]+$/, expected: 'what the sandbox allows, such as "allow-scripts"' },
  'require-trusted-types-for': { form: /^'script'$/, expected: `"'script'", with its own quotes` },
  'trusted-types': {
    form: /^(?:[A-Za-z0-9#=_/@.%-]+|\*|'none'|'allow-duplicates')$/,
    expected: `the name of a policy, or "'none'"`,
  },
  'report-uri': { form: /^(?:https:\/\/|\/)[^\s;,]*$/, expected: 'an address that begins with "https://" or "/"' },
  'report-to': { form: /^[a-z*][a-z0-9_.*-]*$/, expected: 'the name of one of the reportingEndpoints' },
}

const NONCES = /^(?:default|script|style)-src(?:-elem)?$/
const HASH = /^'sha(?:256|384|512)-[A-Za-z0-9+/_-]+={0,2}'$/
const SCHEME = /^[a-z][a-z0-9+.-]*:$/i
const HOST =
  /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::(?:[0-9]{1,5}|\*))?(?:\/[^\s;,?#'"]*)?$/i

/** What was expected in place of one value of a directive; undefined where it is fine. */
export function wrongValue(directive: Directive, value: string, all: readonly string[]): string | undefined {
  // Each of these ends the value, the directive or the policy, and what follows is a directive of somebody's choice.
  if (!/^[!-~]+$/.test(value) || /[;,]/.test(value)) return 'one value an entry, without spaces, ";" and ","'
  const kind = directives[directive]
  if (kind === 'none') return 'an empty list; this directive has no values'
  if (kind === 'sources') return wrongSource(directive, value, all)
  const words = WORDS[directive]
  return words?.form.test(value) ? undefined : words?.expected
}

function wrongSource(directive: Directive, source: string, all: readonly string[]): string | undefined {
  const bare = /^'?([^']*)'?$/.exec(source)?.[1] ?? ''
  if (/^nonce-/i.test(bare))
    return `a fresh nonce for each answer, which is written "'nonce'"; a fixed one can be guessed`
  const keyword = bare.toLowerCase()
  if (KEYWORDS.includes(keyword) || /^sha(?:256|384|512)-/.test(bare)) {
    // Without quotes it would be a host of that name.
    if (source !== `'${bare}'` || (bare !== keyword && KEYWORDS.includes(keyword))) {
      return `the keyword with its own quotes: write "'${KEYWORDS.includes(keyword) ? keyword : bare}'"`
    }
    if (source === "'none'" && all.length > 1) return `"'none'" alone, or the other sources alone`
    if (source === NONCE && !NONCES.test(directive)) return `a source; "'nonce'" belongs into script-src and style-src`
    return KEYWORDS.includes(keyword) || HASH.test(source) ? undefined : 'a hash in base64, such as "\'sha256-…=\'"'
  }
  if (source.startsWith("'")) return `one of ${KEYWORDS.map((each) => `"'${each}'"`).join(', ')}`
  if (/^(?:data|blob|https?|wss?|mediastream|filesystem)$/i.test(source))
    return `a scheme with its colon: write "${source}:"`
  if (SCHEME.test(source) || HOST.test(source)) return undefined
  return `a source, such as "'self'", "https://cdn.example.com" or "https:"`
}
