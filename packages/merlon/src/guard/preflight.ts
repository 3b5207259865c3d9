import type { Facts } from '../contract/facts.ts'

/** The method that a preflight asks about (Fetch §3.2.2), or undefined where the request is none. */
export function preflightMethod(facts: Facts): string | undefined {
  if (facts.method !== 'OPTIONS') return undefined
  return facts.header('origin') === undefined ? undefined : facts.header('access-control-request-method')
}
