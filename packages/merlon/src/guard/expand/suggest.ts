import type { Defence } from '../../contract/defence.ts'
import { nearest } from '../../policy/nearest.ts'
import { quote } from '../../policy/quote.ts'
import { translate } from './foreign.ts'
import { knownKeys } from './known-keys.ts'

export const meant = (name: string | undefined): string | undefined => name && `did you mean ${quote(name)}?`

/** What was probably meant by a key that is not known: another library's name for it, or a slip of the fingers. */
export function suggestKey(
  written: string,
  known: readonly string[],
  elsewhere: readonly Defence<unknown>[] = [],
): string | undefined {
  const found = translate(written, known) ?? nearest(written, known)
  if (found !== undefined) return meant(found)
  const [home, another] = elsewhere.filter((each) => knownKeys(each.section.schema(), []).includes(written))
  return home && another === undefined ? `${quote(written)} stands in ${quote(home.name)}` : undefined
}

/** The keys that are known somewhere, as what was expected. */
export function oneOf(known: readonly string[]): string {
  if (known.length === 0) return 'nothing'
  if (known.length === 1) return `the key ${quote(known[0] ?? '')}`
  const named = known.slice(0, 16).map((each) => quote(each))
  return `one of the keys ${named.join(', ')}${known.length > named.length ? ', …' : ''}`
}
