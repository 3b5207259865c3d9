import { type ProblemCode, problems } from './problems.generated.ts'
import { type Refusal, refuse } from './verdict.ts'

/** Where a problem keeps its refusal. Registered, so that two copies of the package know each other's problems. */
export const PROBLEM = Symbol.for('merlon.problem')

export interface ProblemOptions {
  /** A sentence about this occurrence. It goes to the client as it stands. */
  readonly detail?: string
  /** The URI of the application's own problem type (RFC 9457 §3.1.1). Default: the code's. */
  readonly type?: string
  /** What is the same in every occurrence of that type. Default: the code's. */
  readonly title?: string
  /** Further members of the problem, `{ balance: 30 }`; they cannot replace the standard ones. */
  readonly members?: Readonly<Record<string, unknown>>
  /** Headers of the answer, `{ 'Retry-After': '30' }`; those that describe its body or its framing are left out. */
  readonly headers?: Readonly<Record<string, string>>
  /** Goes to the log alone. */
  readonly cause?: unknown
}

/** An error that speaks to the client: it was thrown to be read. Any other error becomes a bare 500. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly [PROBLEM]: Refusal
  readonly status: number

  constructor(code: ProblemCode, status: number, options: ProblemOptions = {}) {
    const { detail, type, title, members, headers, cause } = options
    super(detail ?? title ?? problems[code].title, cause === undefined ? undefined : { cause })
    this.status = status
    this[PROBLEM] = refuse(code, {
      status,
      type,
      title,
      detail,
      members,
      headers: headers === undefined ? undefined : Object.entries(headers).flat(),
    })
  }
}

/**
 * A problem to throw, by status or by code: `throw problem(404, { detail: 'There is no such book.' })`.
 *
 * @param what a status from 400 to 599, or a code of the table, such as `'conflict'`
 * @throws TypeError where it is neither
 */
export function problem(what: number | ProblemCode, options?: ProblemOptions): Problem {
  if (typeof what !== 'number') {
    if (!isProblemCode(what)) throw new TypeError(`expected a problem code such as "not-found", got ${String(what)}`)
    return new Problem(what, problems[what].status, options)
  }
  if (!isErrorStatus(what)) throw new TypeError(`expected a status from 400 to 599, got ${what}`)
  return new Problem(codeOfStatus(what), what, options)
}

export function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === 'string' && Object.hasOwn(problems, code)
}

export function isErrorStatus(status: unknown): status is number {
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599
}

const byStatus = new Map<number, ProblemCode>()
for (const [code, { status }] of Object.entries(problems)) {
  if (!byStatus.has(status)) byStatus.set(status, code as ProblemCode)
}

/** The table's first code for a status; those that the table lacks are `client-error` and `internal`. */
export function codeOfStatus(status: number): ProblemCode {
  return byStatus.get(status) ?? (status < 500 ? 'client-error' : 'internal')
}
