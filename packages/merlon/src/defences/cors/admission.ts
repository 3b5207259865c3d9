import { isOrigin } from './origin.ts'
import { parseOrigin } from './parse-origin.ts'

/** Who is admitted, ready for the comparison. */
export interface Admission {
  /** Everybody, whatever the origin: the answer does not depend on it. */
  readonly any: boolean
  readonly admits: (origin: string) => boolean
}

type Report = (index: number, expected: string) => void

/** One list of origins. What turns out wrong is reported and admits nobody. */
export function compileAdmission(origins: readonly string[], report: Report): Admission {
  const exact = new Set<string>()
  const patterns: RegExp[] = []
  let any = false
  for (const [index, written] of origins.entries()) {
    const texts = separate(written)
    if (texts.length === 0) report(index, 'an origin such as "https://app.example.com"')
    for (const text of texts) {
      const origin = parseOrigin(text)
      if (origin.kind === 'wrong') report(index, origin.expected)
      else if (origin.kind === 'any') any = true
      else if (origin.kind === 'exact') exact.add(origin.text)
      else patterns.push(origin.expression)
    }
  }
  if (patterns.length === 0) return { any, admits: (origin) => exact.has(origin) }
  return { any, admits: (origin) => exact.has(origin) || fits(patterns, origin) }
}

function fits(patterns: readonly RegExp[], origin: string): boolean {
  if (!isOrigin(origin)) return false
  for (const pattern of patterns) if (pattern.test(origin)) return true
  return false
}

/** A variable can hold a list, `https://a.example,https://b.example`; no origin has a comma or a space in it. */
export function separate(written: string): readonly string[] {
  return written.startsWith('/') ? [written] : written.split(/[\s,]+/).filter(Boolean)
}

/** Admitted by every one of them. */
export function intersect(admissions: readonly Admission[]): Admission {
  const limiting = admissions.filter((each) => !each.any)
  const [first] = limiting
  if (!first) return { any: true, admits: () => true }
  if (limiting.length === 1) return first
  return { any: false, admits: (origin) => limiting.every((each) => each.admits(origin)) }
}
