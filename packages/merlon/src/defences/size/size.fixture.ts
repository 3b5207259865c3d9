import type { Build, Decide } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import type { Refusal, Verdict } from '../../contract/verdict.ts'
import { FakeFacts, type FakeRequest } from '../../testing/fake-facts.ts'
import { size } from './index.ts'
import type { Size, SizeWritten } from './options.ts'

export function canonical(written: unknown = {}): Size {
  return size.section.schema().parse(size.section.desugar(written, 'policy'))
}

/** What a written section did wrong, as `path: expected`. */
export function mistakesOf(written: unknown): string[] {
  const read = size.section.schema().safeParse(size.section.desugar(written, 'policy'))
  return read.success ? [] : read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

/** The steps of a policy, on a runtime that undoes gzip, deflate and br, and what they reported. */
export function steps(written: SizeWritten = {}, options: Size = canonical(written)) {
  const observed: Refusal[] = []
  const build = {
    platform: { encodings: ['gzip', 'deflate', 'br'] },
    observed: (_: Facts, refusal: Refusal) => observed.push(refusal),
  } as unknown as Build
  const compiled = size.compile(options, build).steps ?? {}
  const run = (step: Decide | undefined, facts: Facts) => step?.(facts) as Verdict
  return {
    observed,
    declared: (facts: Facts) => run(compiled['size.declared'], facts),
    /** As a host does: the head, then the body through the meter, chunk by chunk. */
    receive(request: FakeRequest): { refusal: Refusal | undefined; facts: FakeFacts } {
      const facts = new FakeFacts({ method: 'POST', ...request })
      const verdict = run(compiled['size.declared'], facts) ?? run(compiled['size.body'], facts)
      return { refusal: verdict?.kind === 'refuse' ? verdict : undefined, facts }
    },
  }
}

export const json = (value: unknown): Pick<FakeRequest, 'headers' | 'body'> => ({
  headers: [['Content-Type', 'application/json']],
  body: typeof value === 'string' ? value : JSON.stringify(value),
})
