import type { Build, Compiled } from '../../contract/defence.ts'
import { FakeFacts, type FakeRequest } from '../../testing/fake-facts.ts'
import { errors } from './index.ts'
import type { Errors } from './options.ts'

export function canonical(written: unknown = {}): Errors {
  return errors.section.schema().parse(errors.section.desugar(written, 'policy'))
}

/** What a written section did wrong, as `path: expected`. */
export function mistakesOf(written: unknown): string[] {
  const read = errors.section.schema().safeParse(errors.section.desugar(written, 'policy'))
  return read.success ? [] : read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

export function compile(written: unknown = {}, environment = 'production') {
  const mistakes: string[] = []
  let drawn = 0
  const build = {
    environment,
    production: environment === 'production',
    platform: { id: () => `drawn-${++drawn}` },
    mistake: (path: readonly (string | number)[], expected: string) => mistakes.push(`${path.join('.')}: ${expected}`),
  } as unknown as Build
  const compiled = errors.compile(canonical(written), build) as Required<Compiled>
  return { ...compiled, mistakes }
}

/** Facts of a developer's own request. */
export function local(request: FakeRequest = {}): FakeFacts {
  const facts = new FakeFacts({ peer: '127.0.0.1', headers: [['Host', 'localhost:3000']], ...request })
  facts.client = { address: '127.0.0.1', prefix: '127.0.0.1', network: '127.0.0.0/24', family: 4 }
  return facts
}
