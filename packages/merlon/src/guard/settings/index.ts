import type { Defence } from '../../contract/defence.ts'
import { checkSecrets } from './check.ts'
import { desugarSecrets, type Instances, instancesSchema, type Secrets, secretsSchema } from './options.ts'

/**
 * Settings of the guard as a whole. They are read, merged, checked and compared as sections are, stand at the top of a
 * policy and of an environment alone, and give no step.
 */
export const secrets: Defence<Secrets> = {
  name: 'secrets',
  section: { schema: secretsSchema, desugar: desugarSecrets, inRoute: 'none', fold: (base) => base },
  steps: [],
  compile: () => ({}),
  check: (options, _production, scope = 'policy') => (scope === 'policy' ? checkSecrets(options) : []),
}

/** How many processes count, each for itself or in one store. */
export const instances: Defence<Instances> = {
  name: 'instances',
  section: { schema: instancesSchema, desugar: (written) => written, inRoute: 'none', fold: (base) => base },
  steps: [],
  compile: () => ({}),
  check: () => [],
}
