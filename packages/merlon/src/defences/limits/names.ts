import type { LimitOptions } from './options.ts'

/** A limit with the name that clients see. */
export interface NamedLimit extends LimitOptions {
  readonly shownAs: string
}

/** Where two sections were folded, limits of one name stand side by side, and clients tell them apart by a number. */
export function nameApart(limits: readonly LimitOptions[]): NamedLimit[] {
  const seen = new Map<string, number>()
  return limits.map((limit) => {
    const nth = (seen.get(limit.name) ?? 0) + 1
    seen.set(limit.name, nth)
    return { ...limit, shownAs: nth === 1 ? limit.name : `${limit.name}.${nth}` }
  })
}
