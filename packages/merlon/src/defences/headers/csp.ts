import { type Directive, type Directives, NONCE } from './directives.ts'

/** A policy as text, but for the nonce. */
export interface Csp {
  /** Where the handler has used no nonce: nothing inline is admitted. */
  readonly plain: string
  /** What stands around the nonce; undefined where the policy names none. */
  readonly parts: readonly string[] | undefined
}

/** Several policies in one field hold all together (CSP §8.1). */
export function compileCsp(policies: readonly Directives[]): Csp {
  const text = policies.map((policy) => format(policy, (values) => values)).join(', ')
  if (!text.includes(NONCE)) return { plain: text, parts: undefined }
  return { plain: policies.map((policy) => format(policy, withoutNonce)).join(', '), parts: text.split(NONCE) }
}

/** The policy of an answer whose handler has used the nonce, or has not. */
export function cspOf({ plain, parts }: Csp, nonce: string | undefined): string {
  return parts === undefined || nonce === undefined ? plain : parts.join(`'nonce-${nonce}'`)
}

function format(policy: Directives, of: (values: readonly string[]) => readonly string[]): string {
  return Object.entries(policy)
    .map(([name, values]) => [name satisfies string as Directive, ...of(values)].join(' '))
    .join('; ')
}

/**
 * Leaving out a nonce must not loosen: where there is one, browsers ignore `'unsafe-inline'`, so it goes too; and where
 * nothing is left, `'none'` says what an empty list means.
 */
function withoutNonce(values: readonly string[]): readonly string[] {
  if (!values.includes(NONCE)) return values
  const left = values.filter((value) => value !== NONCE && value !== "'unsafe-inline'")
  return left.length > 0 ? left : ["'none'"]
}
