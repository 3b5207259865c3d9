import type { Finding } from './finding.ts'

/** The lines of the checklist that a policy is held to, in its order. */
export type ChecklistLine =
  | 'limits-everywhere'
  | 'limits-authentication'
  | 'input-validation'
  | 'parameterized-queries'
  | 'cors-origins'
  | 'keys-hashed'
  | 'size-limits'
  | 'call-timeouts'
  | 'security-headers'
  | 'errors-closed'
  | 'https-only'
  | 'versioning'

/** How a policy answers one line. */
export interface Evidence {
  /** `unprovable`: a policy cannot show it, whatever it says. */
  readonly status: 'met' | 'unmet' | 'unprovable'
  /** What meets it, what is missing, or why a policy cannot show it. */
  readonly reason: string
  /** Of what is unmet. */
  readonly severity?: Finding['severity']
  /** What to write, where something would meet it. */
  readonly write?: string
  /** What can show what the policy cannot: `merlon lint`, `merlon audit`, a look at the code. */
  readonly proof?: string
}

/** A section's options as one route has them. */
export interface RouteOptions<C> {
  /** `POST /auth/login` */
  readonly key: string
  readonly options: C
}

/** A line that a defence answers. Where one of its findings speaks against it, that is the answer. */
export interface ChecklistPart<C> {
  readonly line: ChecklistLine
  /**
   * Whether a finding that is no note is about this line. Left out, all are. Notes speak against nothing, but for those
   * at `mode`: what is observed or off meets no line.
   */
  concerns?(code: string): boolean
  /** The answer where nothing speaks against it. */
  judge(policy: C, routes: readonly RouteOptions<C>[]): Evidence
}

/** What a change does to a defence: `other` where it is neither, or both. */
export type Direction = 'tighter' | 'looser' | 'other'

/** One thing that differs between two sections. */
export interface Difference {
  readonly direction: Direction
  /** `limit "login" added: 5/15m by address` */
  readonly text: string
}

/**
 * What a defence says of itself to `merlon check` and `merlon diff`. It stands apart from the defence's record because
 * a guard that only runs has no use for it.
 */
export interface Explanation<C> {
  readonly checklist?: readonly ChecklistPart<C>[]
  /** How settings are called, by their canonical names: `maxBytes: 'bytes of a body'`, `'hsts.preload': …`. */
  readonly words?: Readonly<Record<string, string>>
  /** Which settings are tighter with fewer (a smaller number, a shorter list) and which with more. */
  readonly tighter?: Readonly<Record<string, 'fewer' | 'more'>>
  /**
   * What differs in a setting that is more than a value, by its canonical name. All else is compared value by value, and
   * what is stricter is told by the section's `fold`.
   */
  readonly compare?: { readonly [K in keyof C]?: (before: C[K], after: C[K]) => readonly Difference[] }
}
