import * as z from 'zod/mini'
import { once } from '../../policy/once.ts'
import { hasReference } from '../../policy/references.ts'
import { word } from '../../policy/units.ts'

/** `scopes` in the policy: what a caller has to be allowed. */
export interface ScopesOptions {
  /** `off` asks for none. Default `enforce`. */
  readonly mode?: 'enforce' | 'off'
  /** Scopes that the principal has to have, all of them: `orders:write`. A route adds its own. Default none. */
  readonly all?: readonly string[]
}

/** All that may stand under `scopes`: a list is `all`. */
export type ScopesWritten = ScopesOptions | readonly string[] | 'off' | false

/** The canonical section; `off` asks for nothing. */
export interface Scopes {
  readonly mode: 'enforce' | 'off'
  /** Each once, in the order of their characters. */
  readonly all: readonly string[]
}

const MOST = 32
const SCOPE = 'the whole name of a scope, such as "orders:write": up to 128 characters, no spaces, quotes or asterisks'

/** Whole names: a wildcard stands for what somebody has, and says nothing where it stands for what is needed. */
const scope = () =>
  // RFC 6749 §3.3: what stands here is written into a quoted list in a header.
  z
    .string({ error: SCOPE })
    .check(z.refine((text) => /^[!#-)+-[\]-~]{1,128}$/.test(text) && !hasReference(text), { error: SCOPE }))

const written = () =>
  z.strictObject(
    {
      mode: z._default(word(['enforce', 'off']), 'enforce'),
      all: z._default(
        z
          .array(scope(), { error: 'a list of scopes such as ["orders:write"]' })
          .check(z.maxLength(MOST, { error: `at most ${MOST} scopes` })),
        [],
      ),
    },
    { error: 'a list of scopes such as ["orders:write"], or "off"' },
  )

export const schema = once(
  (): z.ZodMiniType<Scopes> =>
    z.pipe(
      written(),
      z.transform(({ mode, all }): Scopes => ({ mode, all: mode === 'off' ? [] : sorted(all) })),
    ),
)

function sorted(scopes: readonly string[]): readonly string[] {
  return [...new Set(scopes)].sort()
}

export function desugar(written: unknown): unknown {
  if (written === false || written === 'off') return { mode: 'off' }
  return Array.isArray(written) ? { all: written } : written
}

/** A route asks for what wider routes ask for too: what it adds is no way around them. `off` is, and is written down. */
export function claim(base: Scopes, route: Scopes): Scopes {
  return route.mode === 'off' ? route : { mode: 'enforce', all: sorted([...base.all, ...route.all]) }
}

/** What either of the two asks for. */
export function fold(base: Scopes, route: Scopes): Scopes {
  if (base.mode === 'off') return route
  if (route.mode === 'off') return base
  return { mode: 'enforce', all: sorted([...base.all, ...route.all]) }
}
