import { quote } from '../../policy/quote.ts'
import { parseDate } from './date.ts'
import type { Written } from './options.ts'

export interface Conflict {
  readonly path: readonly string[]
  readonly expected: string
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/

/** Settings that are right by themselves, and not beside each other. */
export function wrongTogether(options: Written): readonly Conflict[] {
  const { known, default: fallback } = options
  const found: Conflict[] = []
  const names = Object.keys(known)
  for (const name of names) {
    if (!NAME.test(name)) {
      found.push({
        path: ['known', name],
        expected: `the name of a version as requests write it, such as "v1", "2" or "2026-01-01", not ${quote(name)}`,
      })
    }
    const twin = names.find((other) => other < name && other.toLowerCase() === name.toLowerCase())
    if (twin !== undefined) {
      found.push({
        path: ['known', name],
        expected: `names that differ in more than their case, not ${quote(twin)} and ${quote(name)}`,
      })
    }
    const { deprecated, sunset } = known[name] ?? {}
    if (deprecated === undefined || sunset === undefined) continue
    if ((parseDate(sunset) ?? 0) < (parseDate(deprecated) ?? 0)) {
      // RFC 9745 §4
      found.push({
        path: ['known', name, 'sunset'],
        expected: `a day not before it is deprecated, ${quote(deprecated)}`,
      })
    }
  }
  if (fallback !== undefined && !Object.hasOwn(known, fallback)) {
    const list = names.map((name) => quote(name)).join(', ')
    found.push({ path: ['default'], expected: `one of the versions under "known"${list === '' ? '' : ` (${list})`}` })
  }
  return found
}
