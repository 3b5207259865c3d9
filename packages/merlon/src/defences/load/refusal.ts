import type { Facts } from '../../contract/facts.ts'
import type { Refusal, Verdict } from '../../contract/verdict.ts'

/** Refuses, or, in `observe`, reports what would have been refused. */
export type Refuse = (facts: Facts, refusal: Refusal) => Verdict

const LEAST_SECONDS = 1
const SPREAD_SECONDS = 4

/** Spread over a few seconds: clients that are told the same time come back together. */
export function retryAfter(): string {
  return String(LEAST_SECONDS + Math.floor(Math.random() * (SPREAD_SECONDS + 1)))
}
