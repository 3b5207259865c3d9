import type { Path } from '../../policy/path.ts'

export type Tree = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What stands at one step of a path; a list has its indexes, an object its own keys, nothing else has any. */
export function child(value: unknown, step: string | number): { readonly value: unknown } | undefined {
  if (Array.isArray(value)) return typeof step === 'number' && step < value.length ? { value: value[step] } : undefined
  return isObject(value) && Object.hasOwn(value, step) ? { value: value[step] } : undefined
}

/** How many steps of the path the tree has. */
export function reach(value: unknown, path: Path): number {
  let at = value
  for (let step = 0; step < path.length; step++) {
    const found = child(at, path[step] as string | number)
    if (found === undefined) return step
    at = found.value
  }
  return path.length
}

/**
 * One policy over another: objects merge, all else replaces. What a lower layer turned off is on again where the layer
 * above writes options for it and no mode: whoever writes options means them to hold.
 */
export function merge(under: unknown, over: unknown): unknown {
  if (!isObject(under) || !isObject(over)) return over
  const merged: Record<string, unknown> = { ...under }
  const keys = Object.keys(over)
  if (merged['mode'] === 'off' && keys.length > 0 && !keys.includes('mode')) delete merged['mode']
  for (const key of keys) merged[key] = Object.hasOwn(merged, key) ? merge(merged[key], over[key]) : over[key]
  return merged
}

/** Whether two plain trees hold the same; the order of keys means nothing. */
export function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((each, at) => same(each, b[at]))
  }
  if (!isObject(a) || !isObject(b)) return a === b
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
}
