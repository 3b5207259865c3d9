import * as z from 'zod/mini'
import { isProblemCode } from '../../contract/problem.ts'

/** What a client reads of a problem in one language. */
export interface MessageOptions {
  /** In place of the code's own title. */
  readonly title: string
  /**
   * In place of the sentence that the guard would write. `{seconds}` stands for those of the answer's `Retry-After`;
   * without them, the detail is left out. Default: no detail.
   */
  readonly detail?: string
}

/** Messages by code, and then by language: `{ "rate-limited": { de: { title: "Zu viele Anfragen" } } }`. */
export type Messages = Readonly<Record<string, ByLanguage>>

/** Canonical with languages in lower case. */
type ByLanguage = Readonly<Record<string, MessageOptions>>

const LANGUAGE_EXPECTED = 'a language such as "en", "de" or "pt-BR"'

/** BCP 47, as far as a policy needs it: a language, and subtags. */
const LANGUAGE = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}$/

export function language() {
  return z.pipe(
    z.string({ error: LANGUAGE_EXPECTED }).check(z.regex(LANGUAGE, { error: LANGUAGE_EXPECTED })),
    z.transform((text: string) => text.toLowerCase()),
  )
}

export function messages() {
  const text = (expected: string) => z.string({ error: expected }).check(z.minLength(1, { error: expected }))
  const message = z.strictObject(
    { title: text('a title, such as "Too many requests"'), detail: z.optional(text('a sentence')) },
    { error: 'a message such as { title: "Too many requests" }' },
  )
  const byLanguage = z.record(z.string().check(z.regex(LANGUAGE, { error: LANGUAGE_EXPECTED })), message, {
    error: 'messages by language, such as { en: { title: "Too many requests" } }',
  })
  const code = z.string().check(z.refine(isProblemCode, { error: 'the code of a problem, such as "rate-limited"' }))
  return z.pipe(
    z.record(code, byLanguage, { error: 'messages by the code of a problem, and then by language' }),
    z.transform(
      (written): Messages => Object.fromEntries(Object.entries(written).map(([name, each]) => [name, lower(each)])),
    ),
  )
}

function lower(each: Readonly<Record<string, { title: string; detail?: string | undefined }>>): ByLanguage {
  return Object.fromEntries(
    Object.entries(each).map(([name, { title, detail }]) => [
      name.toLowerCase(),
      detail === undefined ? { title } : { title, detail },
    ]),
  )
}
