import type { Defence } from '../../contract/defence.ts'
import { check } from './check.ts'
import { compile } from './decide.ts'
import { desugar, fold, type Principal, schema } from './options.ts'

export type { PrincipalWritten } from './options.ts'
export type { Identity, RequestToIdentify, WhoIs } from './request.ts'

/** Who is calling, by the application's own authentication. */
export const principal: Defence<Principal> = {
  name: 'principal',
  section: { schema, desugar, inRoute: 'all', fold },
  steps: ['principal'],
  compile,
  check,
}
