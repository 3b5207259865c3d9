import type { Defence } from '../../contract/defence.ts'
import { check } from './check.ts'
import { compile } from './decide.ts'
import { claim, fold } from './fold.ts'
import { late } from './late.ts'
import { desugar, type Load, schema } from './options.ts'

export type { LoadWritten } from './options.ts'

/** Too many at once, however few each sends: delay, places, and shedding by priority. */
export const load: Defence<Load> = {
  name: 'load',
  section: { schema, desugar, inRoute: 'all', fold, claim, late },
  steps: ['load.shed', 'load.delay', 'load.concurrency'],
  compile,
  check,
}
