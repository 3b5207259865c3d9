import type * as Zlib from 'node:zlib'
import { once } from '../../policy/once.ts'

/** Not imported: with the streams that it brings along it would be a fifth of what loading Merlon costs. */
export const zlib = once((): typeof Zlib => process.getBuiltinModule('node:zlib'))
