import type { Issue } from '../../contract/validator.ts'
import type { PartName } from './options.ts'

/** One thing that is wrong with a request, as the client learns it. */
export interface Fault {
  readonly in: PartName
  /** Where in that part (RFC 6901): `/user/email`; empty for the whole. */
  readonly pointer: string
  readonly detail: string
}

/** All are told at once, but an answer has a bound where a request has none. */
export const MAX_FAULTS = 50

const UNKNOWN = 'This field is not known here.'
const NOT_VALID = 'This value is not valid.'
const LONGEST_KEY = 64
const LONGEST_POINTER = 256
const LONGEST_DETAIL = 200

/** Collects what is wrong, up to the bound, and counts on. */
export class Faults {
  readonly list: Fault[] = []
  count = 0

  add(part: PartName, pointer: string, detail: string): void {
    this.count++
    if (this.list.length < MAX_FAULTS) this.list.push({ in: part, pointer: cut(pointer, LONGEST_POINTER), detail })
  }

  unknown(part: PartName, pointer: string): void {
    this.add(part, pointer, UNKNOWN)
  }

  /** What a schema has found in `value`. */
  addIssues(part: PartName, value: unknown, issues: readonly Issue[]): void {
    const before = this.count
    for (const issue of issues) this.#addIssue(part, value, issue)
    // A failure that gives no reason is a failure.
    if (this.count === before) this.add(part, '', NOT_VALID)
  }

  #addIssue(part: PartName, value: unknown, issue: Issue): void {
    let pointer = ''
    let at = value
    // Iterated and not mapped: ArkType's paths are lists of a class of their own, which cannot be.
    for (const step of issue.path ?? []) {
      const key = typeof step === 'object' ? step.key : step
      pointer = below(pointer, key)
      at = typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined
    }
    const keys = unrecognized(issue)
    if (keys === undefined) this.add(part, pointer, plain(issue.message, at))
    else for (const key of keys) this.unknown(part, below(pointer, key))
  }
}

/** Zod tells the keys that a strict object does not know in one issue of the object. */
function unrecognized(issue: Issue & { readonly code?: unknown; readonly keys?: unknown }): string[] | undefined {
  const { code, keys } = issue
  return code === 'unrecognized_keys' && Array.isArray(keys) ? keys.map(String) : undefined
}

export function below(pointer: string, key: PropertyKey): string {
  const text = typeof key === 'symbol' ? (key.description ?? '') : String(key)
  return `${pointer}/${cut(text, LONGEST_KEY).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/**
 * What libraries say of the value after what they expected of it: Valibot's `but received "hunter2"`, ArkType's
 * `(was "hunter2")`. A mere type (Zod's `received string`) may be said.
 */
const RECEIVED =
  /(?:,? but|[:;,]) received (?!(?:undefined|null|nan|string|number|int|boolean|bigint|array|object|date)$).*$| \(was .*$/is

/** More of a message is not looked at: a library may have put a whole body into it. */
const READ_OF_MESSAGE = 2000

/** Enough of a value to know it again. */
const TELLTALE = 16

/**
 * A message without the value that it is about: what was typed into the wrong field may be a password, and answers end
 * up in logs and on screens.
 */
function plain(message: string, value: unknown): string {
  const said = message.slice(0, READ_OF_MESSAGE).replace(RECEIVED, '').trim()
  if (said === '' || holds(said, value)) return NOT_VALID
  return cut(said, LONGEST_DETAIL)
}

/** Values of one or two characters are in every message by chance. */
function holds(message: string, value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return false
  const text = String(value)
  if (text.length < 3) return false
  const start = text.slice(0, TELLTALE)
  return message.includes(start) || message.includes(JSON.stringify(start).slice(1, -1))
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
