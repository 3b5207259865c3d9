import type { Rendered } from '../contract/defence.ts'
import type { DirectAnswer } from '../contract/verdict.ts'

/** A direct answer as what an adapter sends. */
export function renderAnswer(answer: DirectAnswer): Rendered {
  return { status: answer.status, headers: answer.headers, body: '' }
}
