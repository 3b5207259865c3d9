import * as z from 'zod/mini'
import type { Defence } from '../../contract/defence.ts'
import { nearest } from '../../policy/nearest.ts'
import { formatValue, quote } from '../../policy/quote.ts'
import { hasReference } from '../../policy/references.ts'
import { findAll } from './find-all.ts'
import type { Sections } from './frame.ts'
import { explain, type Finding } from './issues.ts'
import { knownKeys } from './known-keys.ts'
import { blame, flatten, type Layer } from './layer.ts'
import type { Mistakes } from './mistakes.ts'
import { meant, oneOf, suggestKey } from './suggest.ts'
import { isObject, type Tree } from './tree.ts'

// Workers refuse `new Function`, which zod would otherwise try, and compiling readers for one reading costs more.
z.config({ jitless: true })

interface Read {
  readonly layers: readonly Layer[]
  readonly section: unknown
}

/** Reads sections from their layers, each only once: most environments and routes share most of theirs. */
export class SectionReader {
  private readonly read = new Map<string, readonly Read[]>()

  constructor(
    readonly defences: readonly Defence<unknown>[],
    readonly mistakes: Mistakes,
  ) {}

  /** Takes what sections are known to be where the policy leaves them to its preset: their schemas are not needed. */
  know(preset: Sections, sections: Tree): void {
    for (const { name } of this.defences) {
      const layer = preset.get(name)
      if (Object.hasOwn(sections, name))
        this.read.set(name, [{ layers: layer ? [layer] : [], section: sections[name] }])
    }
  }

  /** The canonical section; undefined where it has mistakes. */
  section(defence: Defence<unknown>, layers: readonly Layer[]): unknown {
    const before = this.read.get(defence.name) ?? []
    const known = before.find((each) => isSame(each.layers, layers))
    if (known) return known.section
    const section = switchedOff(before[0], layers) ?? this.parse(defence, layers)
    this.read.set(defence.name, [...before, { layers, section }])
    return section
  }

  private parse(defence: Defence<unknown>, layers: readonly Layer[]): unknown {
    const schema = defence.section.schema()
    const input = flatten(layers)
    const result = z.safeParse(schema, input)
    if (result.success) return result.data
    for (const finding of findAll(schema, input, explain(result.error.issues))) this.tell(finding, defence, layers)
    return undefined
  }

  private tell(finding: Finding, defence: Defence<unknown>, layers: readonly Layer[]): void {
    const { path, value } = blame(layers, finding.path) ?? { path: [defence.name], value: undefined }
    if (finding.unknown === undefined) {
      const suggestion = suggestValue(value, finding)
      this.mistakes.add(path, `${finding.expected}, got ${formatValue(value, path)}`, { suggestion })
      return
    }
    const key = String(finding.path.at(-1))
    const known = finding.unknown === '' ? [] : knownKeys(defence.section.schema(), finding.path.slice(0, -1))
    const expected = finding.unknown === '' ? finding.expected : oneOf(known)
    const suggestion = known.length > 0 ? suggestKey(key, known, this.defences) : undefined
    this.mistakes.add(path, `${expected}, got ${quote(key)}`, { at: 'key', suggestion })
  }
}

/** What is known, with its switch off: for that no schema is needed either. Undefined where more is written. */
function switchedOff(known: Read | undefined, layers: readonly Layer[]): unknown {
  const last = layers.at(-1)
  if (known === undefined || last === undefined || !isSame(known.layers, layers.slice(0, -1))) return undefined
  const { section } = known
  const { desugared } = last
  if (!isObject(section) || !Object.hasOwn(section, 'mode')) return undefined
  if (!isObject(desugared) || desugared['mode'] !== 'off' || Object.keys(desugared).length > 1) return undefined
  return { ...section, mode: 'off' }
}

function isSame(one: readonly Layer[], other: readonly Layer[]): boolean {
  return one.length === other.length && one.every((layer, at) => layer === other[at])
}

/** Words that an expectation quotes: `one of "loopback", "private"`. Examples of numbers and addresses are none. */
const QUOTED = /"([a-z][a-z-]+)"/g

function suggestValue(value: unknown, { words = [], expected }: Finding): string | undefined {
  if (typeof value !== 'string') return undefined
  if (hasReference(value)) return 'variables stand for free text alone: write the value, or one in each environment'
  const named = Array.from(expected.matchAll(QUOTED), ([, word]) => word ?? '')
  const known = [...words, ...named]
  return known.includes(value) ? undefined : meant(nearest(value, known))
}
