import type { Defence } from '../../contract/defence.ts'
import { check } from './check.ts'
import { compile } from './decide.ts'
import { desugar, fold, schema, type Versions } from './options.ts'

export type { VersionsWritten } from './options.ts'

/** Which version of the API a request is for; what is said of its end, and what is said after it. */
export const versions: Defence<Versions> = {
  name: 'versions',
  section: { schema, desugar, inRoute: 'none', fold },
  steps: ['versions'],
  compile,
  check,
}
