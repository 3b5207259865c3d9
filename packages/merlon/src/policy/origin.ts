import type { Mistake } from './mistake.ts'
import type { Path } from './path.ts'

/** Counted from 1, as editors do; columns in UTF-16 code units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Where a policy was written. */
export interface Origin {
  readonly file?: string | undefined
  /**
   * Where the path stands: its key or its value. Where the path leads to nothing, the nearest thing above it; undefined
   * where positions are not known.
   */
  position(path: Path, at: 'key' | 'value'): Position | undefined
}

/** A place in a written policy, as far as it is known. Lines and columns count from 1. */
export interface Place {
  readonly path: Path
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly column?: number | undefined
}

export function placeAt(origin: Origin, path: Path, at: 'key' | 'value' = 'value'): Place {
  const position = origin.position(path, at)
  return {
    path,
    ...(origin.file === undefined ? {} : { file: origin.file }),
    ...(position === undefined ? {} : { line: position.line, column: position.column }),
  }
}

/** A mistake at its place. */
export function mistakeAt(
  origin: Origin,
  path: Path,
  message: string,
  more: { readonly at?: 'key' | 'value' | undefined; readonly suggestion?: string | undefined } = {},
): Mistake {
  return {
    ...placeAt(origin, path, more.at),
    message,
    ...(more.suggestion === undefined ? {} : { suggestion: more.suggestion }),
  }
}

/** The positions of a parsed document, a tree beside its tree. */
export interface Spot {
  readonly value: Position
  readonly key?: Position
  readonly inside?: ReadonlyMap<string | number, Spot>
}

/** Follows a path through the positions as far as it leads. */
export function findSpot(root: Spot, path: Path, at: 'key' | 'value'): Position {
  let spot = root
  for (const step of path) {
    const next = spot.inside?.get(step)
    if (next === undefined) return spot.key ?? spot.value
    spot = next
  }
  return at === 'key' ? (spot.key ?? spot.value) : spot.value
}
