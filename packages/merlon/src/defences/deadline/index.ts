import type { Defence } from '../../contract/defence.ts'
import { check } from './check.ts'
import { compile } from './decide.ts'
import { late } from './late.ts'
import { type Deadline, desugar, fold, schema } from './options.ts'

export type { DeadlineOptions, DeadlineWritten } from './options.ts'

/** One deadline a request, for client and handler alike; it acts beside the steps, and so gives none. */
export const deadline: Defence<Deadline> = {
  name: 'deadline',
  // The head has come before a route is known.
  section: { schema, desugar, inRoute: ['mode', 'total', 'body', 'idle', 'handler', 'answer'], fold, late },
  steps: [],
  compile,
  check,
}
