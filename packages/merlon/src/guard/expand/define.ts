import { definePolicy as define, type Policy } from '../../policy/define.ts'
import type { WrittenPolicy } from './written.ts'

/**
 * A policy written in TypeScript or JavaScript. It never throws: the guard that is given the policy tells its mistakes,
 * with the file and the line of this call. One that is a policy already stays as it is.
 *
 * @param above for a function that takes a policy and calls this: mistakes name the line where that function was called
 */
export const definePolicy: (written: WrittenPolicy | Policy, above?: (...given: never[]) => unknown) => Policy = define
