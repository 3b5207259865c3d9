import type * as Crypto from 'node:crypto'
import { once } from '../../policy/once.ts'

/** Not imported: most guards have no secret, and would load it for nothing. */
export const nodeCrypto = once((): typeof Crypto => process.getBuiltinModule('node:crypto'))
