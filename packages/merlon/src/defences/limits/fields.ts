import { parseCookies } from '../../contract/cookies.ts'
import type { Facts } from '../../contract/facts.ts'
import { parseForm } from '../../contract/form.ts'
import type { As, ByField, Source } from './by.ts'
import { normalise } from './normalise.ts'

/** No address of e-mail is longer (RFC 5321 §4.5.3.1.3), and what is read for a key has to have a bound. */
export const MAX_SUBJECT_LENGTH = 256

/** Why a request has no subject; the field is the policy's own word and may be told. */
export interface Missing {
  readonly field: string
  readonly problem: string
}

/** A field that requests are counted by, ready to be read. */
export class FieldReader {
  readonly #field: string
  readonly #as: As
  readonly #steps: readonly string[]
  readonly #read: (facts: Facts, steps: readonly string[]) => unknown

  constructor({ kind, field, as }: ByField) {
    this.#field = field
    this.#as = as
    this.#steps = kind === 'body' ? field.split('.') : [field]
    this.#read = READ[kind]
  }

  text(facts: Facts): string | Missing {
    const field = this.#field
    return subjectText(this.#read(facts, this.#steps), field, this.#as)
  }
}

/** What a text is counted as, or why it cannot be. */
export function subjectText(value: unknown, field: string, as: As): string | Missing {
  if (value === undefined) return { field, problem: 'is missing' }
  if (typeof value !== 'string') return { field, problem: 'has to be a text' }
  if (value.length > MAX_SUBJECT_LENGTH) return { field, problem: `is longer than ${MAX_SUBJECT_LENGTH} characters` }
  const text = normalise(value, as)
  return text === '' ? { field, problem: 'is empty' } : text
}

const READ: Readonly<Record<Source, (facts: Facts, steps: readonly string[]) => unknown>> = {
  body: (facts, steps) => within((facts.body ?? facts.parsed)?.value, steps),
  // A header or a cookie that comes twice is a list, which is no text: nobody knows which of them the handler takes.
  header(facts, [name = '']) {
    const lines = facts.lines(name)
    return lines.length > 1 ? lines : lines[0]
  },
  cookie(facts, steps) {
    return within(parseCookies(facts.lines('cookie').join(';')), steps)
  },
  param(facts, [name = '']) {
    const at = facts.route.names.indexOf(name)
    return at < 0 ? undefined : facts.params[at]
  },
  query(facts, steps) {
    try {
      return within(parseForm(facts.query), steps)
    } catch {
      // A percent sign that encodes nothing.
      return undefined
    }
  },
}

function within(value: unknown, steps: readonly string[]): unknown {
  let at = value
  for (const step of steps) {
    // Own fields of objects alone: `constructor` is nobody's name, and a list has no fields.
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, step)) return undefined
    at = (at as Readonly<Record<string, unknown>>)[step]
  }
  return at
}
