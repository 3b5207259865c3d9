import { Answer } from '../../contract/answer.ts'
import type { Build } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import type { Verdict } from '../../contract/verdict.ts'
import { FakeFacts, type FakeRequest } from '../../testing/fake-facts.ts'
import { versions } from './index.ts'
import type { Versions } from './options.ts'

export function canonical(written: unknown): Versions {
  return versions.section.schema().parse(versions.section.desugar(written, 'policy'))
}

/** What a written section did wrong, as `path: expected`. */
export function mistakesOf(written: unknown): string[] {
  const read = versions.section.schema().safeParse(versions.section.desugar(written, 'policy'))
  return read.success ? [] : read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

export interface Seen {
  readonly facts: Facts
  readonly verdict: Verdict
  /** The refusal's code; undefined where it passes. */
  readonly code: string | undefined
  /** Headers of an answer without any of its own. */
  readonly headers: readonly string[]
}

/** The step of a policy at a time that the test sets, and what the answer carries after it. */
export function open(written: unknown, clock: { now: string } = { now: '2026-06-15T12:00:00Z' }) {
  const platform = { wall: () => Date.parse(clock.now) }
  const compiled = versions.compile(canonical(written), buildOf({ platform: platform as Build['platform'] }))
  return (request: FakeRequest | string, given: string[] = []): Seen => {
    const facts = new FakeFacts(typeof request === 'string' ? { target: request } : request)
    const verdict = compiled.steps?.['versions']?.(facts) as Verdict
    const answer = new Answer(200, given)
    compiled.leave?.(facts, answer)
    return { facts, verdict, code: verdict?.kind === 'refuse' ? verdict.code : undefined, headers: answer.list }
  }
}

export function buildOf(more: Partial<Build>): Build {
  const mistake = () => {
    throw new Error('there should be no mistake')
  }
  return { route: '*', mistake, ...more } as Partial<Build> as Build
}
