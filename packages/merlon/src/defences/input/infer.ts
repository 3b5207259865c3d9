import type { OutputOf, Validator } from '../../contract/validator.ts'
import type { InputOptions, PartName } from './options.ts'

type Made<P> = P extends Validator ? OutputOf<P> : P extends { readonly use: infer U } ? Made<U> : unknown

/** In these modes what is not valid goes on. */
type Passing = { readonly mode: 'observe' | 'off' }

/**
 * What a handler finds in `req.merlon.input` on a route with this section: the output of each schema that stands in it
 * as such, unknown for one that stands by name or is only observed, undefined for a part that has none.
 */
export type InputOf<S> = {
  readonly [P in PartName]: P extends keyof S
    ? S[P] extends 'off' | false
      ? undefined
      : S extends Passing
        ? unknown
        : Made<S[P]>
    : undefined
}

/**
 * The same behind an inline route: a part that has no schema there may have one in the policy, of which nothing is known
 * here.
 */
export type RoutedInput<S> = {
  readonly [P in PartName]: P extends keyof S ? (S extends Passing ? unknown : Made<S[P]>) : unknown
}

/** A section without schemas. */
export type None = Record<never, never>

/** The section of an inline route, whose schemas keep their types; a key that is not known is no key. */
export type Schemas<S extends InputOptions> = S & { readonly [K in Exclude<keyof S, keyof InputOptions>]: never }
