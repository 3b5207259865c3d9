import type { Policy } from '../../policy/define.ts'
import { isProduction } from '../../policy/environment.ts'
import type { Mistake } from '../../policy/mistake.ts'
import type { Place } from '../../policy/origin.ts'
import { formatPath } from '../../policy/path.ts'
import { referencesIn } from '../../policy/references.ts'
import { type CanonicalPolicy, expandPolicy } from '../expand/index.ts'
import { findingsOf, type PolicyFinding } from '../findings.ts'
import { defences } from '../order.ts'
import { withoutLiterals } from '../settings/check.ts'
import type { Secrets } from '../settings/options.ts'
import { byGravity, type ChecklistEntry, type JudgedFinding, judgeChecklist } from './checklist.ts'
import { explanations } from './explanations.ts'

/** A weak setting where it was written. */
export interface PlacedFinding extends JudgedFinding, Place {
  /** The routes that it is about, `POST /auth/login`; empty where it is the policy's. */
  readonly routes: readonly string[]
}

export interface Inspection {
  /** Whose settings these are; `production` for a name that neither the policy nor any tool knows. */
  readonly environment: string
  /** Undefined where there are mistakes. `${NAME}` is not resolved in it, and no secret stands there. */
  readonly canonical: CanonicalPolicy | undefined
  /** Of every environment. */
  readonly mistakes: readonly Mistake[]
  /** The gravest first, then in the order of the file. */
  readonly findings: readonly PlacedFinding[]
  /** Empty where there are mistakes. */
  readonly checklist: readonly ChecklistEntry<PlacedFinding>[]
  /** Names of the variables that a host resolves at its start. What they hold is judged there. */
  readonly variables: readonly string[]
}

/** Everything that can be said of a policy without running it. Reads no variable of the process. */
export function inspectPolicy(policy: Policy, { environment }: { readonly environment: string }): Inspection {
  const { canonical, mistakes, locate } = expandPolicy(policy, { environment, defences })
  if (!canonical) return { environment, canonical, mistakes, findings: [], checklist: [], variables: [] }
  const found = findingsOf(defences, canonical, isProduction(canonical.environment))
  const findings = merge(found.map((each) => ({ finding: each, place: locate(each.at) })))
  return {
    environment: canonical.environment,
    canonical: { ...canonical, secrets: withoutLiterals(canonical['secrets'] as Secrets) },
    mistakes,
    findings,
    checklist: judgeChecklist(canonical, findings, explanations),
    variables: referencesIn(canonical),
  }
}

/** What several routes have of one place in the file is one finding, as grave as it is anywhere. */
function merge(found: readonly { finding: PolicyFinding; place: Place }[]): readonly PlacedFinding[] {
  const merged = new Map<string, PlacedFinding>()
  for (const { finding, place } of found) {
    const { code, severity, message, write, section, setting, route } = finding
    const id = JSON.stringify([code, formatPath(place.path)])
    const before = merged.get(id)
    const routes = before?.routes.length === 0 || route === undefined ? [] : [...(before?.routes ?? []), route]
    const graver = before && byGravity(before, finding) <= 0 ? before : { code, severity, message, write }
    merged.set(id, { ...graver, ...place, section, setting, routes })
  }
  return [...merged.values()].sort(
    (a, b) => byGravity(a, b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  )
}
