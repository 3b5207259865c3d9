import { compare } from './harness/compare.ts'
import type { Result } from './harness/result.ts'
import { serve } from './harness/served.ts'
import { stopAll } from './harness/stop-all.ts'

const KINDS = ['bare', 'glue', 'fused', 'merlon'] as const

const PAIRS = [
  ['merlon', 'bare'],
  ['merlon', 'fused'],
  ['merlon', 'glue'],
  ['glue', 'bare'],
  ['fused', 'bare'],
] as const

/** One Express API: bare, under the usual packages, under the same by hand, under Merlon. */
export function run(): Promise<Result> {
  return compareKinds('express')
}

export async function compareKinds(file: 'express' | 'node'): Promise<Result> {
  const servers = Object.fromEntries(
    await Promise.all(KINDS.map(async (kind) => [kind, await serve(file, [kind])] as const)),
  )
  try {
    return await compare(servers, PAIRS)
  } finally {
    await stopAll(servers)
  }
}
