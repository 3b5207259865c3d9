const LONGEST = 80

/**
 * What a terminal would not show as it stands: control characters, the bidirectional and zero-width ones. JSON leaves
 * those above U+001F as they are, and a policy must not be able to rewrite the message that accuses it.
 */
const HIDDEN = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/** Text from a policy as a message may print it: in quotes, escaped, cut where it is long. */
export function quote(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  return JSON.stringify(cut).replace(HIDDEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Names of keys whose values are secrets, whatever they are. */
const SECRET_NAME = /secret|pepper|token|passw|passphrase|private[-_]?key|api[-_]?key/i

/** Text that carries a secret wherever it stands: a URL with a password, a private key, a long random word. */
const SECRET_TEXT =
  /:\/\/[^/\s]*@|-----BEGIN|\b(?:sk|pk|ghp|gho|xox[abp]|mk)[-_][A-Za-z0-9_-]{12,}|^(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9+/_=-]{24,}$/

/** What was written, in the words that follow "got". A secret is never shown: messages end up in logs and tickets. */
export function formatValue(value: unknown, path: readonly (string | number)[]): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'boolean') return String(value)
  if (isSecret(value, path)) return 'a value that may be a secret and is not shown'
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'bigint') return `${value}n`
  return typeof value === 'symbol' ? 'a symbol' : String(value)
}

function isSecret(value: unknown, path: readonly (string | number)[]): boolean {
  if (path.includes('secrets')) return true
  const named = path.filter((step) => typeof step === 'string' && SECRET_NAME.test(step))
  if (typeof value !== 'string') return named.length > 0 && named.at(-1) === path.at(-1)
  return named.length > 0 || SECRET_TEXT.test(value)
}
