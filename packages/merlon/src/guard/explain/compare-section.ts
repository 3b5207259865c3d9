import type { Defence } from '../../contract/defence.ts'
import type { Difference, Direction, Explanation } from '../../contract/explanation.ts'
import { child, isObject, same, type Tree } from '../expand/tree.ts'
import { sayKey, sayValue } from './values.ts'

type Keys = readonly string[]

/** What differs between two canonical sections of one defence, in words. */
export function compareSection(
  { name, section }: Defence<unknown>,
  explanation: Explanation<unknown> = {},
  before: unknown,
  after: unknown,
): readonly Difference[] {
  const { words = {}, tighter = {} } = explanation
  const special = (explanation.compare ?? {}) as Readonly<
    Record<string, ((old: unknown, now: unknown) => readonly Difference[]) | undefined>
  >

  function walk(old: unknown, now: unknown, at: Keys): readonly Difference[] {
    if (same(old, now)) return []
    const compare = at.length === 1 ? special[at[0] ?? ''] : undefined
    if (compare) return compare(old, now)
    if (isObject(old) && isObject(now)) {
      const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()
      return keys.flatMap((key) => walk(child(old, key)?.value, child(now, key)?.value, [...at, key]))
    }
    if (Array.isArray(old) && Array.isArray(now)) {
      const items = changesOf(old, now, at)
      // The same entries in another order.
      return items.length > 0 ? items : [{ direction: 'other', text: `${labelOf(at)}: in another order` }]
    }
    const key = at.at(-1) ?? ''
    const said = at.join() === 'mode' ? `${name} ${sayMode(now)} instead of ${sayMode(old)}` : undefined
    const [was, is] = [old, now].map((each, index) => sayEither(key, each, index === 0 ? now : old))
    return [{ direction: directionOf(at, old, now), text: said ?? `${labelOf(at)}: ${is} instead of ${was}` }]
  }

  function changesOf(old: readonly unknown[], now: readonly unknown[], at: Keys): readonly Difference[] {
    const has = (list: readonly unknown[], item: unknown) => list.some((each) => same(each, item))
    const change = (item: unknown, from: unknown, to: unknown, verb: string): Difference => ({
      direction: directionOf(at, from, to),
      text: `${labelOf(at)}: ${sayValue('', item)} ${verb}`,
    })
    return [
      ...now.filter((each) => !has(old, each)).map((each) => change(each, old, [...old, each], 'added')),
      ...old
        .filter((each) => !has(now, each))
        .map((each) =>
          change(
            each,
            old,
            old.filter((other) => other !== each),
            'removed',
          ),
        ),
    ]
  }

  function directionOf(at: Keys, from: unknown, to: unknown): Direction {
    const order = tighter[at.join('.')]
    const [a, b] = [sizeOf(from), sizeOf(to)]
    if (order && a !== undefined && b !== undefined) return a > b === (order === 'fewer') ? 'tighter' : 'looser'
    if (to === 'off') return 'looser'
    if (from === 'off') return 'tighter'
    const [lax, strict] = [put(before, at, from), put(before, at, to)]
    return byFold(section.fold, lax, strict)
  }

  function labelOf(at: Keys): string {
    const word = words[at.join('.')]
    if (word !== undefined) return word
    const key = sayKey(at.at(-1) ?? '')
    return at.length > 1 ? `${labelOf(at.slice(0, -1))} ${key}` : key
  }

  return walk(before, after, [])
}

const MODES: Readonly<Record<string, string>> = { enforce: 'enforced', observe: 'observed', off: 'off' }

const sayMode = (mode: unknown) => MODES[String(mode)] ?? String(mode)

/** Beside `off`, whatever else there is is on. */
function sayEither(key: string, value: unknown, other: unknown): string {
  return isObject(value) && !isObject(other) ? 'on' : sayValue(key, value)
}

function sizeOf(value: unknown): number | undefined {
  return Array.isArray(value) ? value.length : typeof value === 'number' ? value : undefined
}

/** The stricter of two is what `fold` keeps of them, whichever is the base. */
function byFold(fold: (base: unknown, route: unknown) => unknown, from: unknown, to: unknown): Direction {
  const keeps = (kept: unknown) => same(fold(from, to), kept) && same(fold(to, from), kept)
  if (keeps(to)) return 'tighter'
  return keeps(from) ? 'looser' : 'other'
}

/** A copy of the tree with another value at its place; an undefined one takes the key out. */
function put(tree: unknown, [key, ...rest]: Keys, value: unknown): unknown {
  if (key === undefined) return value
  const { [key]: inner, ...others } = (isObject(tree) ? tree : {}) as Tree
  const placed = put(inner, rest, value)
  return placed === undefined ? others : { ...others, [key]: placed }
}
