import type { Facts } from '../../contract/facts.ts'
import { type Named, NONE } from './by-path.ts'

const UNKNOWN: Named = { kind: 'unknown', why: 'the header names a version that is not under versions.known' }

/** Reads the version from a header of its own. Several lines name no version: readers differ in which they take. */
export function compileByHeader(header: string, names: readonly string[]): (facts: Facts) => Named {
  const lower = header.toLowerCase()
  const known = new Map(names.map((name) => [name, { kind: 'known', name } as const]))
  return (facts) => {
    const value = facts.header(lower)
    return value === undefined ? NONE : (known.get(value) ?? UNKNOWN)
  }
}
