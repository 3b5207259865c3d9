import type { ProblemCode } from '../contract/problems.generated.ts'
import { type AnyAnswer, type ReadProblem, readAnswer } from './answer.ts'

/** What test runners know a failed expectation by: Vitest, Jest and node:test print `actual` and `expected` apart. */
class ExpectationFailed extends Error {
  override readonly name = 'AssertionError'
  readonly code = 'ERR_ASSERTION'
  readonly operator: string
  readonly actual: unknown
  readonly expected: unknown

  constructor(operator: string, message: string, actual: unknown, expected: unknown) {
    super(message)
    this.operator = operator
    this.actual = actual
    this.expected = expected
  }
}

/**
 * Expects a refusal: `await expectRefused(answer, 'rate-limited')`. The answer may still be read afterwards.
 *
 * @param code the problem's code; any, where it is left out
 * @returns what the client has read of it
 * @throws an AssertionError that says what came instead
 */
export async function expectRefused(answer: AnyAnswer, code?: ProblemCode): Promise<ReadProblem> {
  const { status, text, problem } = await readAnswer(answer)
  const wanted = code === undefined ? 'a refusal' : `a refusal "${code}"`
  if (!problem) {
    throw new ExpectationFailed('expectRefused', `expected ${wanted}, got ${status} ${excerpt(text)}`, status, code)
  }
  if (code !== undefined && problem.code !== code) {
    const { code: got, detail = problem.title ?? '' } = problem
    throw new ExpectationFailed('expectRefused', `expected ${wanted}, got ${status} "${got}": ${detail}`, got, code)
  }
  return problem
}

/**
 * Expects that the guard has let a request through: `await expectAdmitted(answer)`. What the handler answers is its own
 * affair, but for a problem that it throws.
 *
 * @throws an AssertionError with the refusal that came instead
 */
export async function expectAdmitted(answer: AnyAnswer): Promise<void> {
  const { status, problem } = await readAnswer(answer)
  if (!problem) return
  const { code, requestId, detail = problem.title ?? '' } = problem
  const message = `expected an answer of the handler, got ${status} "${code}": ${detail} (request id ${requestId})`
  throw new ExpectationFailed('expectAdmitted', message, code, undefined)
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text)
}
