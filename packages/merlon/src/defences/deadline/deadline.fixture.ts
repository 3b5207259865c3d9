import type { Pace, Phase } from '../../contract/pace.ts'
import { compilePace } from './decide.ts'
import { deadline } from './index.ts'
import type { Deadline } from './options.ts'

export function canonical(written: unknown = {}): Deadline {
  return deadline.section.schema().parse(deadline.section.desugar(written, 'policy'))
}

/** What a written section did wrong, as `path: expected`. */
export function mistakesOf(written: unknown): string[] {
  const read = deadline.section.schema().safeParse(deadline.section.desugar(written, 'policy'))
  return read.success ? [] : read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

/** A request that began at 1000 and whose phase began at 2000, looked at when both had just happened. */
export function dueIn(written: unknown, phase: Phase, nowMs = 2000, pace: Pace = compilePace(canonical(written))) {
  return pace.dueMs({ phase, startedMs: 1000, sinceMs: 2000, movedMs: 2000 }, nowMs)
}
