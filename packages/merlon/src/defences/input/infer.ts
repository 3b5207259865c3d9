import type { OutputOf, Validator } from '../../contract/validator.ts'
import type { PartName } from './options.ts'

type Made<P> = P extends Validator ? OutputOf<P> : P extends { readonly use: infer U } ? Made<U> : unknown

/**
 * What a handler finds in `req.merlon.input` on a route with this section: the output of each schema that stands in it
 * as such, unknown for one that stands by name, undefined for a part that has none.
 */
export type InputOf<S> = {
  readonly [P in PartName]: P extends keyof S ? (S[P] extends 'off' | false ? undefined : Made<S[P]>) : undefined
}
