import type { Faults } from './faults.ts'
import { below } from './faults.ts'
import type { PartName } from './options.ts'

/**
 * Finds the fields of the input that the schema has not made anything of. A Standard Schema does not say what it knows,
 * but what it gives back shows it: a field that went in and did not come out was not known.
 *
 * Objects are compared with objects and lists with lists of the same length. Where the schema has turned a value into
 * something else (a date, an instance, a text), what was inside it has become part of that.
 */
export function findUnknown(part: PartName, input: unknown, output: unknown, faults: Faults, pointer = ''): void {
  // Passed on as it is: the schema takes anything here.
  if (input === output) return
  if (Array.isArray(input)) {
    if (!Array.isArray(output) || output.length !== input.length) return
    for (let at = 0; at < input.length; at++) {
      if (isWhole(input[at])) findUnknown(part, input[at], output[at], faults, `${pointer}/${at}`)
    }
    return
  }
  if (!isObject(input) || !isObject(output)) return
  for (const key of Object.keys(input)) {
    if (!Object.hasOwn(output, key)) faults.unknown(part, below(pointer, key))
    else if (isWhole(input[key])) findUnknown(part, input[key], output[key], faults, below(pointer, key))
  }
}

/** Whether something could be unknown in it. */
function isWhole(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** Plain data alone; an instance keeps what it was made of as it likes. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
