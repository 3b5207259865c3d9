import type { Path } from '../../policy/path.ts'

/** The part of a zod schema's definition that is walked here; `_zod.def` is zod's own documented way in. */
interface Definition {
  readonly type: string
  readonly shape?: Readonly<Record<string, Node>>
  readonly in?: Node
  readonly out?: Node
  readonly innerType?: Node
  readonly valueType?: Node
  /** Of an object that takes any other key too; where it takes none, a schema that nothing fits. */
  readonly catchall?: Node
  readonly element?: Node
  readonly items?: readonly Node[]
  readonly options?: readonly Node[]
  readonly getter?: () => Node
}

interface Node {
  readonly _zod: { readonly def: unknown }
}

const definition = (schema: Node): Definition => schema._zod.def as Definition

/** The keys that a schema knows at a path, for saying which one was meant. */
export function knownKeys(schema: Node, path: Path): readonly string[] {
  const at = path.reduce<readonly Node[]>((nodes, step) => nodes.flatMap((node) => descend(node, step)), bare(schema))
  return [...new Set(at.flatMap((node) => Object.keys(definition(node).shape ?? {})))]
}

/** A schema without what is wrapped around it; a union is all its options. */
function bare(schema: Node): readonly Node[] {
  const { in: input, out, innerType, options, getter } = definition(schema)
  // What is transformed before it is read has its keys behind the transform.
  const read = input && definition(input).type === 'transform' ? out : input
  const inner = read ?? innerType ?? getter?.()
  if (inner) return bare(inner)
  return options ? options.flatMap(bare) : [schema]
}

function descend(schema: Node, step: string | number): readonly Node[] {
  const { shape, valueType, catchall, element, items } = definition(schema)
  if (typeof step === 'number') {
    const item = element ?? items?.[step]
    return item ? bare(item) : []
  }
  const value = shape && Object.hasOwn(shape, step) ? shape[step] : (valueType ?? catchall)
  return value ? bare(value) : []
}
