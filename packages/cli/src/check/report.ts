import { type ChecklistEntry, formatPath, type Mistake, type PlacedFinding } from 'merlon/policy'
import type { Sound } from '../read-policy.ts'

export type Severity = 'critical' | 'warning' | 'note'

interface Placed {
  /** In the written policy: `routes["POST /auth/login"].limits`. Empty for the policy as a whole. */
  readonly path: string
  readonly file: string | null
  /** Counted from 1. */
  readonly line: number | null
  readonly column: number | null
}

export interface ReportedFinding extends Placed {
  readonly code: string
  readonly severity: Severity
  readonly section: string
  /** Empty where it is about the policy's own settings. */
  readonly routes: readonly string[]
  readonly message: string
  readonly write: string
}

export interface ReportedLine {
  readonly id: string
  readonly title: string
  readonly status: 'met' | 'unmet' | 'unprovable'
  readonly reason: string
  /** Of what is unmet, else null. */
  readonly severity: Severity | null
  /** What to write, where something would meet it, else null. */
  readonly write: string | null
  /** What can show what a policy cannot, else null. */
  readonly proof: string | null
  /** Indexes of the findings that speak against it, the gravest first. */
  readonly findings: readonly number[]
}

/** What `merlon check --json` prints. Keys may be added; none changes its meaning while `version` is 1. */
export interface CheckReport {
  readonly version: 1
  readonly file: string
  readonly environment: string
  readonly failOn: Severity
  /** `failed` is exit status 1, `mistakes` is 2. */
  readonly status: 'passed' | 'failed' | 'mistakes'
  /** How many routes the policy names. */
  readonly routes: number
  readonly variables: readonly string[]
  readonly checklist: readonly ReportedLine[]
  readonly findings: readonly ReportedFinding[]
  readonly mistakes: readonly (Placed & { readonly message: string; readonly suggestion: string | null })[]
}

const GRAVITY: readonly Severity[] = ['critical', 'warning', 'note']

/** Whether a severity is as grave as another, or graver. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return GRAVITY.indexOf(severity) <= GRAVITY.indexOf(least)
}

export function reportOf(file: string, sound: Sound, failOn: Severity): CheckReport {
  const { environment, canonical, variables, checklist, findings } = sound
  const grave = [...findings, ...checklist].some(({ severity }) => severity && isAtLeast(severity, failOn))
  return {
    version: 1,
    file,
    environment,
    failOn,
    status: grave ? 'failed' : 'passed',
    routes: canonical.routes.length,
    variables,
    checklist: checklist.map((entry) => reportLine(entry, findings)),
    findings: findings.map(reportFinding),
    mistakes: [],
  }
}

export function mistakesReport(
  file: string,
  environment: string,
  failOn: Severity,
  mistakes: readonly Mistake[],
): CheckReport {
  return {
    version: 1,
    file,
    environment,
    failOn,
    status: 'mistakes',
    routes: 0,
    variables: [],
    checklist: [],
    findings: [],
    mistakes: mistakes.map((each) => ({
      ...place(each),
      message: each.message,
      suggestion: each.suggestion ?? null,
    })),
  }
}

function reportLine(entry: ChecklistEntry<PlacedFinding>, all: readonly PlacedFinding[]): ReportedLine {
  const { line, title, status, reason, severity = null, write = null, proof = null, findings } = entry
  return {
    id: line,
    title,
    status,
    reason,
    severity,
    write,
    proof,
    findings: findings.map((each) => all.indexOf(each)),
  }
}

function reportFinding(finding: PlacedFinding): ReportedFinding {
  const { code, severity, section, routes, message, write } = finding
  return { code, severity, section, routes, ...place(finding), message, write }
}

function place({ path, file, line, column }: Pick<Mistake, 'path' | 'file' | 'line' | 'column'>): Placed {
  return { path: formatPath(path), file: file ?? null, line: line ?? null, column: column ?? null }
}
