import { Answer } from '../../contract/answer.ts'
import type { Build, Compiled } from '../../contract/defence.ts'
import { FakeFacts, type FakeRequest } from '../../testing/fake-facts.ts'
import { headers } from './index.ts'
import type { SecurityHeaders } from './options.ts'

/** The canonical section of what is written. */
export function read(written: unknown): SecurityHeaders {
  return headers.section.schema().parse(headers.section.desugar(written, 'policy'))
}

/** What is wrong with it, a line a mistake. */
export function mistakes(written: unknown): string {
  const { error } = headers.section.schema().safeParse(headers.section.desugar(written, 'policy'))
  return error?.issues.map(({ path, message }) => `${path.join('.')}: expected ${message}`).join('\n') ?? 'accepted'
}

interface Sent extends FakeRequest {
  readonly secure?: boolean
  readonly nonce?: string
  /** What the handler has set, names and values alternating. */
  readonly own?: readonly string[]
}

const quiet = { mistake: () => {} } as unknown as Build

/** The headers of an answer, by lower-case name, as the guard puts them on. */
export function answer(options: SecurityHeaders, sent: Sent = {}): Map<string, string> {
  return answerOf(headers.compile(options, quiet), sent)
}

export function answerOf(
  compiled: Compiled,
  { secure = true, nonce, own = [], ...request }: Sent = {},
): Map<string, string> {
  const facts = new FakeFacts(request)
  facts.secure = secure
  facts.nonceUsed = nonce
  const made = new Answer(200, [...own])
  for (const name of compiled.strip ?? []) made.remove(name)
  for (const { name, lower, value } of compiled.headers ?? []) made.suggest(name, lower, value)
  compiled.leave?.(facts, made)
  const seen = new Map<string, string>()
  for (let at = 0; at < made.list.length; at += 2) {
    const lower = (made.list[at] as string).toLowerCase()
    if (seen.has(lower)) throw new Error(`${lower} was sent twice`)
    seen.set(lower, made.list[at + 1] as string)
  }
  return seen
}
