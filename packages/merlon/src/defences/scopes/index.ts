import type { Defence } from '../../contract/defence.ts'
import { check } from './check.ts'
import { compile } from './decide.ts'
import { late } from './late.ts'
import { claim, desugar, fold, type Scopes, schema } from './options.ts'

export type { ScopesWritten } from './options.ts'

/** What a caller has to be allowed: scopes of the principal. */
export const scopes: Defence<Scopes> = {
  name: 'scopes',
  section: { schema, desugar, inRoute: 'all', fold, claim, late },
  steps: ['scopes'],
  compile,
  check,
}
