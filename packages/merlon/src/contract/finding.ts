/** A setting that is allowed but weak. Said at start, by `merlon check` and by lint. */
export interface Finding {
  /** `cors-any-origin`; stable, for suppressing and for docs. */
  readonly code: string
  readonly severity: 'critical' | 'warning' | 'note'
  /** Where in the written policy: `['cors', 'origins', 0]`. */
  readonly path: readonly (string | number)[]
  /** What is weak and what it lets an attacker do. */
  readonly message: string
  /** The line of policy to write instead. */
  readonly write: string
}
