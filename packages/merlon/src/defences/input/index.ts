import type { Defence } from '../../contract/defence.ts'
import { check } from './check.ts'
import { compile } from './decide.ts'
import { late } from './late.ts'
import { desugar, fold, type Input, schema } from './options.ts'

export type { InputOf, None, RoutedInput, Schemas } from './infer.ts'
export type { InputOptions, InputWritten } from './options.ts'

/** Holds what comes in to schemas: path parameters, query, headers, cookies, body. What they do not know goes no further. */
export const input: Defence<Input> = {
  name: 'input',
  section: { schema, desugar, inRoute: 'all', fold, late },
  steps: ['input'],
  compile,
  check,
}
