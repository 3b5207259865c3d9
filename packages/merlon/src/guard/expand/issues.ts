import type * as z from 'zod/mini'
import type { Path } from '../../policy/path.ts'
import { quote } from '../../policy/quote.ts'

type Issue = z.core.$ZodIssue

/** One thing that a schema found wrong. `expected` follows the word "expected". */
export interface Finding {
  readonly path: Path
  readonly expected: string
  /** Words of which one was expected. */
  readonly words?: readonly string[]
  /** A key that nobody knows; it is the last step of the path. */
  readonly unknown?: string
}

/** zod/mini brings no messages, so this is what an issue says whose schema gives none. */
const SILENT = 'Invalid input'

/** What a schema found, in phrases. */
export function explain(issues: readonly Issue[]): readonly Finding[] {
  return issues.flatMap((issue) => explainOne(issue, []))
}

function explainOne(issue: Issue, above: Path): readonly Finding[] {
  const path = [...above, ...(issue.path as Path)]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((unknown) => ({ path: [...path, unknown], expected: 'a known key', unknown }))
    case 'invalid_union':
      return explainUnion(issue, path)
    case 'invalid_key':
      return [{ path, expected: `${phrases(issue.issues)} as the name`, unknown: '' }]
    case 'invalid_value':
      return [{ path, expected: phrase(issue), words: issue.values.filter((each) => typeof each === 'string') }]
    default:
      return [{ path, expected: phrase(issue) }]
  }
}

/** A union failed in every branch; what is told is the branch that the writer was in, where that can be known. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, path: Path): readonly Finding[] {
  const near = issue.errors.filter((branch) => branch.length > 0 && !branch.some(isOfAnotherKind))
  const closest = near.toSorted((a, b) => a.length - b.length)[0]
  const words = issue.errors.flat().flatMap((each) => (each.code === 'invalid_value' ? each.values : []))
  const named = words.filter((each) => typeof each === 'string')
  if (closest?.some((each) => each.path.length > 0 || each.code === 'unrecognized_keys')) {
    return closest.flatMap((each) => explainOne(each, path))
  }
  if (closest) {
    // The words that would have done as well are said along.
    const alone = named.map((each) => quote(each))
    return [{ path, expected: [...alone, phrases(closest)].join(' or '), words: named }]
  }
  if (issue.message !== SILENT) return [{ path, expected: issue.message, words: named }]
  return [{ path, expected: phrases(issue.errors.flat()) || 'another form', words: named }]
}

/** The branch was about another kind of value altogether: a text where an object was written. */
function isOfAnotherKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false
  if (issue.code === 'invalid_union') return issue.errors.every((branch) => branch.some(isOfAnotherKind))
  return issue.code === 'invalid_type' || issue.code === 'invalid_value'
}

function phrases(issues: readonly Issue[]): string {
  return [...new Set(issues.map(phrase))].join(' or ')
}

const KINDS: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  tuple: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'nothing',
  never: 'nothing here',
}

function phrase(issue: Issue): string {
  if (issue.message !== SILENT) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? `a ${issue.expected}`
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((each) => quote(String(each))).join(', ')}`
    case 'too_small':
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${counted(issue.origin)}`
    case 'too_big':
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${counted(issue.origin)}`
    case 'invalid_union':
      return phrases(issue.errors.flat())
    case 'unrecognized_keys':
      return 'a known key'
    default:
      return 'another value'
  }
}

function counted(origin: string): string {
  if (origin === 'string') return ' characters'
  return origin === 'array' || origin === 'set' ? ' entries' : ''
}
