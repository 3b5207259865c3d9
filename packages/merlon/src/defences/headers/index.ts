import type { Defence } from '../../contract/defence.ts'
import { check } from './check.ts'
import { compile } from './decide.ts'
import { fold } from './fold.ts'
import { desugar, type SecurityHeaders, schema } from './options.ts'

export type { SecurityHeaders } from './options.ts'
export type { HeadersWritten } from './written.ts'

/** What browsers are told with every answer, and what nobody is told of the software behind it. */
export const headers: Defence<SecurityHeaders> = {
  name: 'headers',
  steps: [],
  section: { schema, desugar, inRoute: 'all', fold },
  compile,
  check,
}
