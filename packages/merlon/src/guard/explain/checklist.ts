import type { ChecklistLine, ChecklistPart, Evidence, Explanation, RouteOptions } from '../../contract/explanation.ts'
import type { Finding } from '../../contract/finding.ts'
import type { Path } from '../../policy/path.ts'
import { formatRouteKey } from '../../policy/pattern.ts'
import type { CanonicalPolicy } from '../expand/canonical.ts'
import { LINES, type Line } from './lines.ts'

export type Explanations = Readonly<Record<string, Explanation<unknown> | undefined>>

/** A line of the checklist and its answer. */
export interface ChecklistEntry<F extends Finding = Finding> extends Evidence {
  readonly line: ChecklistLine
  readonly title: string
  /** The findings that speak against it, the gravest first. */
  readonly findings: readonly F[]
}

/** A finding with the defence that found it, and the setting in the canonical section that it is about. */
export interface JudgedFinding extends Finding {
  readonly section: string
  readonly setting: Path
}

const GRAVITY: readonly Finding['severity'][] = ['critical', 'warning', 'note']

export function byGravity(a: Finding, b: Finding): number {
  return GRAVITY.indexOf(a.severity) - GRAVITY.indexOf(b.severity)
}

/** What a policy says to each line of the checklist, given all that is weak in it. */
export function judgeChecklist<F extends JudgedFinding>(
  policy: CanonicalPolicy,
  findings: readonly F[],
  explanations: Explanations,
): readonly ChecklistEntry<F>[] {
  return LINES.map((line) => {
    const part = explanations[line.defence ?? '']?.checklist?.find((each) => each.line === line.id)
    const against = findings
      .filter((each) => each.section === line.defence && speaksAgainst(each, part))
      .sort(byGravity)
    const worst = against[0]
    const evidence = worst ? unmetBy(worst) : answer(policy, line, part)
    return { line: line.id, title: line.title, ...evidence, findings: against }
  })
}

function speaksAgainst(finding: JudgedFinding, part: ChecklistPart<unknown> | undefined): boolean {
  const { severity, code, setting } = finding
  if (severity === 'note' && setting.at(-1) !== 'mode') return false
  return part?.concerns?.(code) ?? true
}

function unmetBy({ severity, message, write }: Finding): Evidence {
  return { status: 'unmet', severity, reason: message, write }
}

function answer(policy: CanonicalPolicy, line: Line, part: ChecklistPart<unknown> | undefined): Evidence {
  const { defence = '', without, withSection = without } = line
  if (!Object.hasOwn(policy, defence)) return without
  const routes = policy.routes.map(
    (route): RouteOptions<unknown> => ({
      key: formatRouteKey(route),
      options: Object.hasOwn(route, defence) ? route[defence] : policy[defence],
    }),
  )
  if (part) return part.judge(policy[defence], routes)
  return notEnforced(policy[defence], routes, defence) ?? withSection
}

/** The answer for a section that explains nothing itself: what is not enforced meets nothing. */
function notEnforced(policy: unknown, routes: readonly RouteOptions<unknown>[], section: string): Evidence | undefined {
  const modeOf = (options: unknown) => (options as { readonly mode?: string } | undefined)?.mode ?? 'enforce'
  const lax = [{ key: 'every route', options: policy }, ...routes].find(({ options }) => modeOf(options) !== 'enforce')
  if (!lax) return undefined
  const mode = modeOf(lax.options) === 'observe' ? 'observed and refuses nothing' : 'off'
  const reason = `The section "${section}" is ${mode} on ${lax.key}.`
  return { status: 'unmet', severity: 'warning', reason, write: `${section}: { mode: enforce }` }
}
