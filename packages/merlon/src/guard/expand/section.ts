import * as z from 'zod/mini'
import type { Defence } from '../../contract/defence.ts'
import { nearest } from '../../policy/nearest.ts'
import { formatValue, quote } from '../../policy/quote.ts'
import { hasReference } from '../../policy/references.ts'
import { explain, type Finding } from './issues.ts'
import { knownKeys } from './known-keys.ts'
import { blame, flatten, type Layer } from './layer.ts'
import type { Mistakes } from './mistakes.ts'
import { meant, oneOf, suggestKey } from './suggest.ts'
import { valueAt } from './tree.ts'

// Workers refuse `new Function`, which zod would otherwise try, and compiling readers for one reading costs more.
z.config({ jitless: true })

/** Reads one section from its layers; undefined where it has mistakes. */
export function readSection(
  defence: Defence<unknown>,
  layers: readonly Layer[],
  defences: readonly Defence<unknown>[],
  mistakes: Mistakes,
): unknown {
  const input = flatten(layers)
  const result = z.safeParse(defence.section.schema, input)
  if (result.success) return result.data
  for (const finding of explain(result.error.issues)) tell(finding, input, defence, layers, defences, mistakes)
  return undefined
}

function tell(
  finding: Finding,
  input: unknown,
  defence: Defence<unknown>,
  layers: readonly Layer[],
  defences: readonly Defence<unknown>[],
  mistakes: Mistakes,
): void {
  const path = blame(layers, finding.path) ?? [defence.name]
  if (finding.unknown !== undefined) {
    const key = String(finding.path.at(-1))
    const known = finding.unknown === '' ? [] : knownKeys(defence.section.schema, finding.path.slice(0, -1))
    const expected = finding.unknown === '' ? finding.expected : oneOf(known)
    mistakes.add(path, `${expected}, got ${quote(key)}`, {
      at: 'key',
      suggestion: known.length > 0 ? suggestKey(key, known, defences) : undefined,
    })
    return
  }
  const value = valueAt(input, finding.path)
  mistakes.add(path, `${finding.expected}, got ${formatValue(value, path)}`, {
    suggestion: suggestValue(value, finding),
  })
}

/** Words that an expectation quotes: `one of "loopback", "private"`. Examples of numbers and addresses are none. */
const QUOTED = /"([a-z][a-z-]+)"/g

function suggestValue(value: unknown, { words = [], expected }: Finding): string | undefined {
  if (typeof value !== 'string') return undefined
  if (hasReference(value)) return 'variables stand for free text alone: write the value, or one in each environment'
  const named = Array.from(expected.matchAll(QUOTED), ([, word]) => word ?? '')
  return meant(nearest(value, [...words, ...named]))
}
