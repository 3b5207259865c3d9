import { compareLives } from './harness/compare.ts'
import type { Result } from './harness/result.ts'
import { serve } from './harness/served.ts'

type Kinds = Readonly<Record<string, readonly string[]>>

const KINDS: Kinds = {
  bare: ['bare'],
  glue: ['glue'],
  fused: ['fused'],
  merlon: ['merlon'],
  'validating glue': ['glue', 'validate'],
  'validating fused': ['fused', 'validate'],
  'validating merlon': ['merlon', 'validate'],
}

const PAIRS = [
  ['merlon', 'bare'],
  ['merlon', 'fused'],
  ['merlon', 'glue'],
  ['glue', 'bare'],
  ['fused', 'bare'],
  ['validating merlon', 'bare'],
  ['validating merlon', 'validating fused'],
  ['validating merlon', 'validating glue'],
] as const

/** Where it is not the app itself that the server calls, Express gives each request its prototypes, as without a guard. */
const BEHIND = 'merlon behind a function'

/** One Express API: bare, under the usual packages, under the same by hand, under Merlon. */
export function run(): Promise<Result> {
  return compareKinds('express', { ...KINDS, [BEHIND]: ['merlon', 'behind'] }, [
    ...PAIRS,
    [BEHIND, 'bare'],
    [BEHIND, 'fused'],
  ])
}

export function compareKinds(
  file: 'express' | 'node',
  kinds: Kinds = KINDS,
  pairs: readonly (readonly [string, string])[] = PAIRS,
): Promise<Result> {
  const start = async () => {
    const servers = Object.entries(kinds).map(async ([name, args]) => [name, await serve(file, args)] as const)
    return Object.fromEntries(await Promise.all(servers))
  }
  return compareLives(start, pairs)
}
