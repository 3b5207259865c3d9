/**
 * JSON in its canonical form (RFC 8785), which is the same text whoever writes the same data: so a digest over it means
 * the data and not its spelling. ECMAScript already writes numbers and escapes as the RFC asks (§3.2.2); what is left is
 * the order of keys, by UTF-16 code unit (§3.2.3), which is how `sort` compares.
 *
 * @throws TypeError for what JSON cannot hold exactly: numbers that are not finite, and halves of characters (§3.2.2.2),
 * which a reader in another language could only replace
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return text(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`expected a number that JSON can hold, got ${value}`)
    return JSON.stringify(value)
  }
  if (typeof value === 'boolean' || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object') throw new TypeError(`expected plain JSON, got ${typeof value}`)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, inner]) => `${text(key)}:${canonicalJson(inner)}`).join(',')}}`
}

function text(value: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new TypeError('expected whole characters, got half of one')
  return JSON.stringify(value)
}
