import type { Path } from '../../policy/path.ts'
import { child, isObject, merge, reach } from './tree.ts'

/** One section as one place of the policy writes it: its top, an environment's overlay, a route, a preset. */
export interface Layer {
  /** Where it stands in the written policy. */
  readonly at: Path
  readonly written: unknown
  /** The same without shorthands, which is what layers are merged in. */
  readonly desugared: unknown
}

/** Layers from the farthest to the nearest, as one. */
export function flatten(layers: readonly Layer[]): unknown {
  return layers.reduce<unknown>((under, layer) => merge(under, layer.desugared), {})
}

/**
 * Where the user wrote what stands at `path` once all layers are merged: in the nearest layer that has it; for what is
 * missing, in the nearest of those that come closest.
 */
export function blame(layers: readonly Layer[], path: Path): Path | undefined {
  let found: Layer | undefined
  let farthest = -1
  for (const layer of layers) {
    const steps = reach(layer.desugared, path)
    if (steps < farthest) continue
    farthest = steps
    found = layer
  }
  return found && [...found.at, ...trace(found.written, path)]
}

/**
 * The path in what was written, given the path in what it stands for. A shorthand is blamed as a whole (`size: 1mb` for
 * `size.body`); where it only adds a level (`cors: [a, b]` for `cors.origins[1]`) the level is passed over.
 */
function trace(written: unknown, path: Path): Path {
  const steps: (string | number)[] = []
  let at = written
  for (let step = 0; step < path.length; step++) {
    const found = child(at, path[step] as string | number)
    if (found) {
      steps.push(path[step] as string | number)
      at = found.value
    } else if (!path.slice(step + 1, step + 2).some((next) => child(at, next))) {
      return isObject(at) ? [...steps, ...path.slice(step)] : steps
    }
  }
  return steps
}
