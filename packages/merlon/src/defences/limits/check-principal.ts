import type { Finding } from '../../contract/finding.ts'
import { isPrincipal } from './by.ts'
import type { LimitOptions, RateOptions } from './options.ts'

/** Limits by principal and their tiers, beside what the policy says of who is recognised. */
export function checkRecognition(
  limits: readonly LimitOptions[],
  policy: Readonly<Record<string, unknown>>,
): Finding[] {
  return limits.flatMap((limit) => [
    ...(isRecognised(policy) ? [] : checkNobody(limit)),
    ...checkLoose(limit),
    ...checkStrictest(limit),
  ])
}

/** Whether anybody can be, as far as the policy is known. */
function isRecognised(policy: Readonly<Record<string, unknown>>): boolean {
  const sections = [policy, ...((policy['routes'] as readonly object[] | undefined) ?? [])]
  const modes = sections.flatMap((each) => (each as { principal?: { mode?: string } }).principal?.mode ?? [])
  // A limit of all routes is right where one of them recognises somebody.
  return modes.length === 0 || modes.includes('enforce')
}

function checkNobody({ name, by }: LimitOptions): Finding[] {
  if (!by.some(isPrincipal)) return []
  return [
    {
      code: 'limit-nobody',
      severity: 'warning',
      path: [name, 'by'],
      message: 'Nobody is ever recognised by this policy, so that this counts addresses, and tiers hold for nobody.',
      write: 'principal: { use: "whoIs" }, the function that says who is calling',
    },
  ]
}

/** Whoever is not recognised should never have more than somebody who is. */
function checkLoose(limit: LimitOptions): Finding[] {
  const perMs = ({ quota, windowMs }: RateOptions) => quota / windowMs
  const tier = limit.tiers?.find((each) => perMs(each) < perMs(limit))
  if (tier === undefined) return []
  return [
    {
      code: 'limit-tier-loose',
      severity: 'warning',
      path: [limit.name, 'rate'],
      message: `Whoever is in no tier has more than "${tier.tier}": to leave the credentials out is the better deal.`,
      write: `limits.${limit.name}: without a rate, so that it is the strictest of the tiers`,
    },
  ]
}

function checkStrictest({ name, tiers, quota, windowMs }: LimitOptions): Finding[] {
  const own = tiers?.find((each) => each.quota === quota && each.windowMs === windowMs)
  if (own === undefined) return []
  return [
    {
      code: 'limit-tier-unknown',
      severity: 'note',
      path: [name, 'tiers'],
      message: `Whoever is in none of these tiers, or not recognised, has the rate of "${own.tier}", the strictest.`,
      write: `limits.${name}.rate: what those have, if it is something else`,
    },
  ]
}
