import { isPrincipal } from './by.ts'
import type { LimitOptions } from './options.ts'

/** The steps of limits, in their order. */
export const STEPS = ['limits.address', 'limits.principal', 'limits.body'] as const
export type Step = (typeof STEPS)[number]

/**
 * Where a limit stands follows from what it counts by: the first step knows the head alone, and turns a client away
 * before anything of the body is read; the second knows who is calling; the last has the body too. A charge of an
 * earlier step stands when a later one refuses, or guessing would be free.
 */
export function stepOf({ by, cost }: Pick<LimitOptions, 'by' | 'cost'>): Step {
  if (countsBody({ by, cost })) return 'limits.body'
  return by.some((part) => isPrincipal(part) || part.kind === 'code') ? 'limits.principal' : 'limits.address'
}

export function countsBody({ by, cost }: Pick<LimitOptions, 'by' | 'cost'>): boolean {
  return (
    cost === 'operations' || by.some((part) => part.kind === 'body' || (part.kind === 'code' && part.needs === 'body'))
  )
}
