import { definePolicy as define, type Policy } from '../../policy/define.ts'
import type { WrittenPolicy } from './written.ts'

/**
 * A policy written in TypeScript or JavaScript. It never throws: the guard that is given the policy tells its mistakes,
 * with the file and the line of this call.
 */
export const definePolicy: (written: WrittenPolicy) => Policy = define
