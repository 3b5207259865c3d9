// @ts-check
// Loaded by those alone who validate: a schema library is a good part of a start, whoever uses it.
import * as z from 'zod'

export const BookParams = z.object({ id: z.coerce.number().int().positive() })
export const Paging = z.object({ page: z.coerce.number().int().positive(), limit: z.coerce.number().int().max(100) })

/** For those who have nobody else to refuse what a schema does not know. */
export const strict = { BookParams: BookParams.strict(), Paging: Paging.strict() }
