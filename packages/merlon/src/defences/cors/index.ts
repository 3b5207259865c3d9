import type { Defence } from '../../contract/defence.ts'
import { check } from './check.ts'
import { compile } from './decide.ts'
import { fold } from './fold.ts'
import { type Cors, desugar, schema } from './options.ts'

export type { Cors, CorsWritten } from './options.ts'

/** Pages of other origins: admitted by name, told so on every answer, and refused where nobody named them. */
export const cors: Defence<Cors> = {
  name: 'cors',
  steps: ['cors.preflight'],
  section: { schema, desugar, inRoute: 'all', fold },
  compile,
  check,
}
