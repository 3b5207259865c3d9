/** What is read of the header: more ranges than this no browser sends, and each costs. */
const MOST_RANGES = 16
const LONGEST = 256

/**
 * The language of those there are that a client asks for most (RFC 9110 §12.5.4): for each of its ranges, the heaviest
 * first, the language itself or what it narrows (RFC 4647 §3.4, "Lookup"); undefined where it asks for none of them.
 */
export function chooseLanguage(
  header: string | undefined,
  known: readonly string[],
  preferred: string,
): string | undefined {
  if (header === undefined) return undefined
  for (const range of ranges(header)) {
    if (range === '*') return known.includes(preferred) ? preferred : known[0]
    for (let tag = range; tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
      if (known.includes(tag)) return tag
    }
  }
  return undefined
}

function ranges(header: string): string[] {
  const found: { readonly range: string; readonly weight: number }[] = []
  for (const part of header.slice(0, LONGEST).toLowerCase().split(',', MOST_RANGES)) {
    const [range = '', ...parameters] = part.split(';').map((each) => each.trim())
    const q = parameters.find((each) => each.startsWith('q='))
    const weight = q === undefined ? 1 : Number(q.slice(2))
    if (weight > 0 && weight <= 1) found.push({ range, weight })
  }
  return found.sort((a, b) => b.weight - a.weight).map(({ range }) => range)
}
