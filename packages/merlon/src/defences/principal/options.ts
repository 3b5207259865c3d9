import * as z from 'zod/mini'
import { codeName } from '../../policy/code.ts'
import { once } from '../../policy/once.ts'
import { hasReference } from '../../policy/references.ts'
import { word } from '../../policy/units.ts'
import type { WhoIs } from './request.ts'

/** `principal` in the policy: who is calling, by the application's own authentication. */
export interface PrincipalOptions {
  /** `off` recognises nobody; a section that is written is `enforce`. */
  readonly mode?: 'enforce' | 'off'
  /** The function that says who is calling, by the name that `code` binds: `whoIs`. In a program it may stand here itself. */
  readonly use?: string | WhoIs
  /** Whether those who are not recognised are answered 401 `unauthenticated`. Otherwise they pass as nobody. */
  readonly required?: boolean
  /** What a 401 asks for in `WWW-Authenticate`: `Bearer`, `Basic`. Where none is named it has no such header. */
  readonly scheme?: string
  /** What the credentials are for, which some clients show when they ask for them: printable ASCII without quotes. */
  readonly realm?: string
}

/** All that may stand under `principal`. */
export type PrincipalWritten = PrincipalOptions | WhoIs | 'off' | false

/** The canonical section; without a scheme there is no realm either. */
export interface Principal {
  readonly mode: 'enforce' | 'off'
  readonly use?: string
  readonly required: boolean
  readonly scheme?: string
  readonly realm?: string
}

export const FUNCTION = 'the name of a function that the program binds, such as "whoIs"'
const SCHEME = 'the name of an authentication scheme, such as "Bearer"'
const REALM = 'up to 100 characters of printable ASCII, without quotes and backslashes'

function written() {
  return z.strictObject(
    {
      mode: z._default(word(['enforce', 'off']), 'off'),
      use: z.optional(codeName(FUNCTION)),
      required: z._default(z.boolean({ error: 'true or false' }), false),
      // A token (RFC 9110 §11.1): what stands here is written into a header as it is.
      scheme: z.optional(z.string({ error: SCHEME }).check(z.regex(/^[A-Za-z][A-Za-z0-9-]{0,30}$/, { error: SCHEME }))),
      realm: z.optional(
        z
          .string({ error: REALM })
          .check(z.refine((text) => /^[ !#-[\]-~]{1,100}$/.test(text) && !hasReference(text), { error: REALM })),
      ),
    },
    { error: 'a function such as { use: "whoIs" }, or "off"' },
  )
}

export const schema = once(
  (): z.ZodMiniType<Principal> =>
    z.pipe(
      written().check(
        z.refine(({ mode, use }) => mode === 'off' || use !== undefined, { error: FUNCTION, path: ['use'] }),
        z.refine(({ scheme, realm }) => realm === undefined || scheme !== undefined, {
          error: SCHEME,
          path: ['scheme'],
        }),
      ),
      z.transform(
        ({ mode, use, required, scheme, realm }): Principal =>
          mode === 'off' || use === undefined
            ? { mode: 'off', required: false }
            : { mode, use, required, ...(scheme && { scheme }), ...(realm && { realm }) },
      ),
    ),
)

/** What is written turns the section on: `required: true` in a route says more than that its policy has a function. */
export function desugar(written: unknown): unknown {
  if (written === false || written === 'off') return { mode: 'off' }
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return written
  return { mode: 'enforce', ...written }
}

/**
 * For a path that fits only folded the route's own function stands, which is what its handler expects. Whoever has to be
 * recognised by either of the two has to be, and what the route turns off stays on.
 */
export function fold(base: Principal, route: Principal): Principal {
  if (base.mode === 'off') return route
  if (route.mode === 'off') return base
  return { ...route, required: base.required || route.required }
}
