import * as z from 'zod/mini'
import { isValidator } from '../contract/validator.ts'
import { formatPath, type Path } from './path.ts'
import { quote } from './quote.ts'
import { hasReference } from './references.ts'

/** What code a policy was written with, by the names that it was given: `{ use: 'NewUser' }` is what stands there. */
export type Code = ReadonlyMap<string, unknown>

/** Where code may stand, at the top, in an environment and in a route alike. */
const PLACES: readonly (readonly [section: string, keys: readonly string[]])[] = [
  ['input', ['params', 'query', 'headers', 'cookies', 'body']],
  // The section itself.
  ['principal', []],
]

/** Longer names are no names. */
const LONGEST = 512

/** What reads the name of code in a section; `error` follows the word "expected". */
export function codeName(error = 'the name of a schema that the program binds, such as "NewUser"') {
  return z
    .string({ error })
    .check(z.refine((name) => name !== '' && name.length <= LONGEST && !hasReference(name), { error }))
}

/**
 * Names the code that a policy in a program holds itself: `body: NewUser` and `body: { use: NewUser }` are both
 * `body: { use: '…' }`, with the place as the name. Undefined for what is no code, and where none may stand.
 */
export function nameCode(value: unknown, path: Path, named: Map<string, unknown>): unknown {
  const place = placeOf(path)
  if (place === undefined || !(typeof value === 'function' || isValidator(value))) return undefined
  const name = formatPath(place)
  named.set(name, value)
  return place === path ? { use: name } : name
}

/** The place that the path leads to, or to whose `use`. */
function placeOf(path: Path): Path | undefined {
  let at = 0
  if (path[at] === 'environments') at += 2
  if (path[at] === 'routes') at += 2
  if (path[at] === 'limits') return limitPlaceOf(path, at)
  const keys = PLACES.find(([section]) => section === path[at])?.[1]
  if (keys === undefined) return undefined
  const end = keys.length === 0 ? at + 1 : at + 2
  if (end === at + 2 && !keys.includes(String(path[at + 1]))) return undefined
  if (path.length === end) return path
  return path.length === end + 1 && path[end] === 'use' ? path.slice(0, -1) : undefined
}

/** Of any limit, `by` or one of a list there. */
function limitPlaceOf(path: Path, at: number): Path | undefined {
  if (path[at + 2] !== 'by') return undefined
  const end = typeof path[at + 3] === 'number' ? at + 4 : at + 3
  if (path.length === end) return path
  return path.length === end + 1 && path[end] === 'use' ? path.slice(0, -1) : undefined
}

/** Every name that a written policy uses, in whichever environment. */
export function namesIn(written: unknown): ReadonlySet<string> {
  const names = new Set<string>()
  collect(written, names)
  return names
}

function collect(value: unknown, names: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'use' && typeof inner === 'string') names.add(inner)
    else collect(inner, names)
  }
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/

/** The line that binds a name. */
export function bindingOf(name: string): string {
  return `merlon(policy, { code: { ${IDENTIFIER.test(name) ? name : `${quote(name)}: …`} } })`
}
