import type { Defence } from '../../contract/defence.ts'
import { checkLimits } from './check.ts'
import { compileLimits } from './decide.ts'
import { desugarLimits } from './desugar.ts'
import { claimLimits, foldLimits } from './fold.ts'
import { late } from './late.ts'
import type { LimitsOptions } from './options.ts'
import { limitsSchema } from './schema.ts'
import { STEPS } from './stands.ts'

/** How often each client, account or pair of them may ask. */
export const limits: Defence<LimitsOptions> = {
  name: 'limits',
  section: {
    schema: limitsSchema,
    desugar: desugarLimits,
    inRoute: 'all',
    fold: foldLimits,
    claim: claimLimits,
    late,
  },
  steps: STEPS,
  compile: compileLimits,
  check: checkLimits,
}

export type { LimitsOptions, LimitsWritten, WrittenLimit } from './options.ts'
export type { SubjectOf, SubjectRequest } from './request.ts'
