import type { Build } from '../../contract/defence.ts'
import type { Refusal, Verdict } from '../../contract/verdict.ts'
import { FakeFacts, type FakeRequest } from '../../testing/fake-facts.ts'
import { compile } from './decide.ts'
import type { Fault } from './faults.ts'
import { desugar, type Input, schema } from './options.ts'

/** What is written in a test, canonical. */
export function inputOf(written: unknown): Input {
  return schema().parse(desugar(written))
}

export interface Tried {
  readonly facts: FakeFacts
  readonly verdict: Verdict
  /** Of the refusal: `body /email: …`. */
  readonly errors: readonly string[]
  readonly logged: readonly object[]
}

/** Runs the step on one request, the body read as the guard would have. */
export async function tryInput(
  written: unknown,
  code: Readonly<Record<string, unknown>>,
  request: FakeRequest & { readonly params?: Readonly<Record<string, string>>; readonly value?: unknown },
): Promise<Tried> {
  const logged: object[] = []
  const quiet = () => {}
  const log = { debug: quiet, info: quiet, warn: quiet, error: (fields: object) => logged.push(fields) }
  const build = { route: '*', log, code: (_: unknown, name: string) => code[name], mistake: quiet } as unknown as Build
  const { steps, readsBody } = compile(inputOf(written), build)
  const facts = new FakeFacts(request)
  const { params = {} } = request
  facts.route = { pattern: '*', names: Object.keys(params) }
  facts.params = Object.values(params)
  if (readsBody) {
    const read = await facts.readBody()
    if (!('kind' in read)) facts.body = 'value' in request ? { ...read, value: request.value } : read
  }
  const verdict = await steps?.['input']?.(facts)
  const faults = ((verdict as Refusal | undefined)?.members?.['errors'] ?? []) as readonly Fault[]
  return { facts, verdict, logged, errors: faults.map((each) => `${each.in} ${each.pointer}: ${each.detail}`) }
}

export function json(value: unknown): FakeRequest {
  return { method: 'POST', headers: [['Content-Type', 'application/json']], body: JSON.stringify(value) }
}
