import type { Defence } from '../../contract/defence.ts'
import { check } from './check.ts'
import { compile } from './decide.ts'
import { late } from './late.ts'
import { desugar, fold, type Size, schema } from './options.ts'

export type { SizeOptions, SizeWritten } from './options.ts'

/** Bounds what a request brings: bytes, counted as they arrive and after decompression, and the structure of JSON. */
export const size: Defence<Size> = {
  name: 'size',
  section: { schema, desugar, inRoute: 'all', fold, late },
  steps: ['size.declared', 'size.body', 'size.peek', 'size.late'],
  compile,
  check,
}
