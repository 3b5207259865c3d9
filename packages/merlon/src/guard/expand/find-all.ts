import * as z from 'zod/mini'
import type { Path } from '../../policy/path.ts'
import { explain, type Finding } from './issues.ts'
import { isObject } from './tree.ts'

/**
 * All that is wrong with a section. A schema checks what settings mean together only once each is right by itself, so
 * what is wrong is taken out and the rest is read again. What only follows from the gap is left out.
 */
export function findAll(schema: z.ZodMiniType, input: unknown, found: readonly Finding[]): readonly Finding[] {
  const unknown = found.filter((each) => each.unknown)
  const first = found.filter((each) => each.unknown || !unknown.some(({ path }) => isWithin(path, each.path)))
  if (first.length === unknown.length) return first
  const gaps = found.map(({ path }) => upToList(path))
  if (gaps.some((gap) => gap.length === 0)) return first
  const again = z.safeParse(schema, gaps.reduce(without, input))
  if (again.success) return first
  const later = explain(again.error.issues).filter(({ path }) => {
    const parent = path.slice(0, -1)
    return !gaps.some((gap) => isWithin(gap, path) || isWithin(gap, parent))
  })
  return [...first, ...later]
}

/** Whether a path leads to something below another. */
function isWithin(path: Path, above: Path): boolean {
  return path.length > above.length && above.every((step, at) => step === path[at])
}

/** A list is taken out whole: without one of its entries the others would be counted anew. */
function upToList(path: Path): Path {
  const index = path.findIndex((step) => typeof step === 'number')
  return index < 0 ? path : path.slice(0, index)
}

function without(tree: unknown, [step, ...rest]: Path): unknown {
  if (!isObject(tree) || step === undefined || !Object.hasOwn(tree, step)) return tree
  const { [step]: inner, ...others } = tree
  return rest.length === 0 ? others : { ...others, [step]: without(inner, rest) }
}
