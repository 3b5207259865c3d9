import { decodeField, type Fields, parseForm } from '../../contract/form.ts'
import type { Faults } from './faults.ts'
import { isObject } from './unknown.ts'

/** The query's fields; undefined where it cannot be read, which is told. */
export function readQuery(text: string, faults: Faults): Fields | undefined {
  let fields: Fields
  try {
    fields = parseForm(text)
  } catch {
    faults.add('query', '', 'A percent sign in it encodes nothing.')
    return undefined
  }
  if (!Object.hasOwn(fields, '__proto__')) return fields
  // A field to us, and to the next one who copies it the prototype of the copy.
  faults.unknown('query', '/__proto__')
  return undefined
}

/** The query without what its schema did not make anything of, for whoever parses it again. */
export function strippedQuery(text: string, output: unknown): string {
  if (text === '' || !isObject(output)) return text
  return text
    .split('&')
    .filter((field) => Object.hasOwn(output, decodeField(field.split('=', 1)[0] ?? '')))
    .join('&')
}
