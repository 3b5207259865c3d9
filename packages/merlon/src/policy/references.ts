import { readVariable, type Variables } from './environment.ts'
import { formatMistake, type Mistake } from './mistake.ts'
import type { Path } from './path.ts'
import type { Report } from './plain.ts'
import { quote } from './quote.ts'

/**
 * `${NAME}` in a string value stands for a variable of the environment, `$${` for `${` itself. One pass: what a
 * variable holds is never read again, so a value cannot smuggle in a reference to another.
 */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g

/** Finds what only looks like a reference (`${NAME:-default}`, `${}`, `${NAME`), and references in keys. */
export function checkReferences(tree: unknown, report: Report): void {
  walk(
    tree,
    [],
    (text, path) => {
      if (text.replace(REFERENCE, '').includes('${')) {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what one writes
        report(path, 'a variable written "${NAME}" with nothing more inside, or "$${" for the text "${"')
      }
      return text
    },
    (path) => report(path, 'a key as it is meant: variables stand in values alone', 'key'),
  )
}

export function hasReference(text: string): boolean {
  return text.includes('${')
}

/** The names of the variables that a tree refers to, in alphabetical order. */
export function referencesIn(tree: unknown): readonly string[] {
  const names = new Set<string>()
  walk(tree, [], (text) => {
    for (const [, name] of text.matchAll(REFERENCE)) if (name !== undefined) names.add(name)
    return text
  })
  return [...names].sort()
}

export interface Resolved<T> {
  readonly resolved: T
  readonly mistakes: readonly Mistake[]
}

/** Makes a mistake of a path in the canonical policy. */
export type Place = (path: Path, expected: string) => Mistake

/**
 * The canonical policy with its variables put in, and those that are not there. Values come from outside and may be
 * secrets: nothing said of them shows one.
 *
 * @param place says where the user wrote what stands at a path of the canonical policy
 */
export function resolveReferences<T>(
  canonical: T,
  variables: Variables,
  place: Place = (path, expected) => ({ path, message: `expected ${expected}` }),
): Resolved<T> {
  const mistakes = new Map<string, Mistake>()
  const resolved = walk(canonical, [], (text, path) => {
    if (!text.includes('${')) return text
    return text.replace(REFERENCE, (whole, name: string | undefined) => {
      if (name === undefined) return '${'
      const value = readVariable(variables, name)
      if (value !== undefined) return value
      const expected = `the variable ${quote(name)} in the environment, which is ${state(variables, name)}`
      const mistake = place(path, expected)
      // A route holds what it inherits once more, which is one mistake still.
      mistakes.set(formatMistake(mistake), mistake)
      return whole
    })
  })
  return { resolved: resolved as T, mistakes: [...mistakes.values()] }
}

function state(variables: Variables, name: string): string {
  if (!Object.hasOwn(variables, name) || variables[name] === undefined) return 'not set'
  return variables[name] === '' ? 'empty' : 'not text'
}

/** Copies a tree with every text in it replaced; keys stay. */
function walk(
  value: unknown,
  path: Path,
  text: (text: string, path: Path) => string,
  referring?: (path: Path) => void,
): unknown {
  if (typeof value === 'string') return text(value, path)
  if (Array.isArray(value)) return value.map((each, at) => walk(each, [...path, at], text, referring))
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    if (hasReference(key)) referring?.([...path, key])
    copy[key] = walk(inner, [...path, key], text, referring)
  }
  return copy
}
