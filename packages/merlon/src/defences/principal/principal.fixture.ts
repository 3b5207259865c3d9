import * as z from 'zod/mini'
import type { Build } from '../../contract/defence.ts'
import type { Verdict } from '../../contract/verdict.ts'
import { FakeFacts, type FakeRequest } from '../../testing/fake-facts.ts'
import { compile } from './decide.ts'
import { desugar, type Principal, schema } from './options.ts'
import type { WhoIs } from './request.ts'

/** What is written in a test, canonical. */
export function principalOf(written: unknown): Principal {
  return z.parse(schema(), desugar(written))
}

/** What the schema finds wrong: `path: expected`. */
export function mistakesIn(written: unknown): string[] {
  const { error } = z.safeParse(schema(), desugar(written))
  return (error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

export interface Tried {
  readonly facts: FakeFacts
  readonly verdict: Verdict
}

/** Runs the step on one request; rejects with what it throws. */
export async function tryPrincipal(
  whoIs: WhoIs | ((request: never) => unknown),
  more: object = {},
  request: FakeRequest & { readonly params?: Readonly<Record<string, string>> } = {},
): Promise<Tried> {
  const build = { route: '*', code: () => whoIs } as unknown as Build
  const { steps } = compile(principalOf({ use: 'whoIs', ...more }), build)
  const facts = new FakeFacts(request)
  const { params = {} } = request
  facts.route = { pattern: '*', names: Object.keys(params) }
  facts.params = Object.values(params)
  const verdict = await steps?.['principal']?.(facts)
  return { facts, verdict }
}
