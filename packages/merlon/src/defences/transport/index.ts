import type { Defence } from '../../contract/defence.ts'
import { check } from './check.ts'
import { compile } from './decide.ts'
import { fold } from './fold.ts'
import { desugar, schema, type Transport } from './options.ts'

export type { TransportWritten } from './options.ts'

/** HTTPS alone, and only the hosts that are served; decided before anything of the request is looked at. */
export const transport: Defence<Transport> = {
  name: 'transport',
  section: { schema, desugar, inRoute: 'none', fold },
  steps: ['transport'],
  compile,
  check,
}
