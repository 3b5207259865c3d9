import type { Build } from '../../contract/defence.ts'
import type { Verdict } from '../../contract/verdict.ts'
import { FakeFacts, type FakeRequest } from '../../testing/fake-facts.ts'
import { transport } from './index.ts'
import type { Transport } from './options.ts'

export function canonical(written: unknown): Transport {
  return transport.section.schema().parse(transport.section.desugar(written, 'policy'))
}

/** What a written section did wrong, as `path: expected`. */
export function mistakesOf(written: unknown): string[] {
  const read = transport.section.schema().safeParse(transport.section.desugar(written, 'policy'))
  return read.success ? [] : read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

export interface Request extends FakeRequest {
  /** As `client` has found them. */
  readonly secure?: boolean
  readonly viaProxy?: boolean
}

/** The step of a policy, to be asked again and again; undefined where there is none. */
export function stepOf(written: unknown, more: Partial<Build> = {}): ((request: Request) => Verdict) | undefined {
  const build = { route: '*', production: true, mistake: () => {}, ...more } as Partial<Build> as Build
  const step = transport.compile(canonical(written), build).steps?.['transport']
  return (
    step &&
    ((request) => {
      const facts = new FakeFacts(request)
      facts.secure = request.secure ?? false
      facts.viaProxy = request.viaProxy ?? false
      return step(facts) as Verdict
    })
  )
}

/** The code of a refusal, the address of a redirect, or `pass`. */
export function said(verdict: Verdict): string {
  if (verdict === undefined) return 'pass'
  if (verdict.kind === 'refuse') return verdict.code
  return verdict.kind === 'answer' ? `${verdict.status} ${verdict.headers[1]}` : 'wait'
}
