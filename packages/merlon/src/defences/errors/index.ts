import type { Defence } from '../../contract/defence.ts'
import { check } from './check.ts'
import { compile } from './decide.ts'
import { desugar, type Errors, fold, schema } from './options.ts'

export type { ErrorsOptions, ErrorsWritten } from './options.ts'

/** Problem details out, the whole error to the log: one place turns refusals and what was thrown into answers. */
export const errors: Defence<Errors> = {
  name: 'errors',
  section: { schema, desugar, inRoute: ['format'], fold },
  steps: [],
  compile,
  check,
}
