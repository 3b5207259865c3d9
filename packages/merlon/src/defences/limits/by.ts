import * as z from 'zod/mini'
import { word } from '../../policy/units.ts'

/** How a field's text is read before it is counted by, so that one account has one counter. Each does a step more. */
export type As =
  /** As it was sent. */
  | 'exact'
  /** Without white space at its ends. */
  | 'trim'
  /** And in lower case, for ASCII letters. */
  | 'lower'
  /** And with composed characters (Unicode's NFC), as addresses of e-mail are compared. */
  | 'email'

export interface WrittenField {
  /** The field of a JSON body or a form: `email`; in an object within the body, `user.email`. */
  readonly body: string
  /** Default: `email`, which leaves an attacker the fewest spellings of one account. */
  readonly as?: As
}

export type WrittenBy = 'address' | WrittenField | readonly ('address' | WrittenField)[]

export type By = { readonly kind: 'address' } | { readonly kind: 'body'; readonly field: string; readonly as: As }

const EXPECTED = '"address", a field such as { body: "email" }, or a list of these that count together'
const FIELD_EXPECTED = 'the name of a field in the body, such as "email" or "user.email"'
const MOST = 4

const field = () =>
  z.pipe(
    z.strictObject({
      body: z
        .string({ error: FIELD_EXPECTED })
        .check(z.regex(/^[\w$-]{1,64}(?:\.[\w$-]{1,64}){0,7}$/, { error: FIELD_EXPECTED })),
      as: z._default(word(['exact', 'trim', 'lower', 'email']), 'email'),
    }),
    z.transform(({ body, as }): By => ({ kind: 'body', field: body, as })),
  )

const address = () =>
  z.pipe(
    z.literal('address'),
    z.transform((): By => ({ kind: 'address' })),
  )

function written() {
  const one = [address(), field()] as const
  const list = z.array(z.union(one, { error: EXPECTED })).check(
    z.refine((parts) => parts.length > 0 && parts.length <= MOST, { error: `one to ${MOST} that count together` }),
    z.refine((parts) => new Set(parts.map(nameOf)).size === parts.length, { error: 'each of these once' }),
  )
  return z.union([...one, list], { error: EXPECTED })
}

/** In an order of their own: which of two is written first means nothing. */
export function by() {
  return z.pipe(
    written(),
    z.transform((parts): By[] =>
      (Array.isArray(parts) ? parts : [parts]).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
    ),
  )
}

/** What a part of a subject is called: the address comes before all fields. */
function nameOf(part: By): string {
  return part.kind === 'address' ? 'address' : `body ${part.field}`
}
