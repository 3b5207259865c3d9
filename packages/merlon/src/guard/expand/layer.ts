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

/** A place in the written policy, and what stands there. */
export interface Written {
  readonly path: Path
  readonly value: unknown
}

/**
 * Where the user wrote what stands at `path` once all layers are merged: in the nearest layer that has it; for what is
 * missing, in the nearest of those that come closest.
 */
export function blame(layers: readonly Layer[], path: Path): Written | undefined {
  let found: Layer | undefined
  let farthest = -1
  for (const layer of layers) {
    const steps = reach(layer.desugared, path)
    if (steps < farthest) continue
    farthest = steps
    found = layer
  }
  return found && trace(found, path)
}

/**
 * The path in what was written, given the path in what it stands for. A shorthand is blamed as a whole (`size: 1mb` for
 * `size.body`); where it only adds a level (`cors: [a, b]` for `cors.origins[1]`) the level is passed over.
 */
function trace(layer: Layer, path: Path): Written {
  const steps = [...layer.at]
  let at = layer.written
  for (let step = 0; step < path.length; step++) {
    const found = child(at, path[step] as string | number)
    if (found) {
      steps.push(path[step] as string | number)
      at = found.value
    } else if (!path.slice(step + 1, step + 2).some((next) => child(at, next))) {
      return isObject(at) ? { path: [...steps, ...path.slice(step)], value: undefined } : { path: steps, value: at }
    }
  }
  return { path: steps, value: at }
}
