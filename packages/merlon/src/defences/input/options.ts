import * as z from 'zod/mini'
import type { Validator } from '../../contract/validator.ts'
import { codeName } from '../../policy/code.ts'
import { once } from '../../policy/once.ts'
import { word } from '../../policy/units.ts'

export const PARTS = ['params', 'query', 'headers', 'cookies', 'body'] as const
export type PartName = (typeof PARTS)[number]

/** A schema of Zod 4, Valibot, ArkType or any other Standard Schema library; by the name that the program binds. */
export interface WrittenSchema {
  /** The name that `code` binds: `NewUser`. In a program the schema itself may stand here. */
  readonly use: string | Validator
}

/** A schema of what a client chooses the names of. */
export interface WrittenStrictSchema extends WrittenSchema {
  /** For this part otherwise than for the others. */
  readonly unknown?: 'refuse' | 'strip'
}

/** `input` in the policy: what a request has to hold, by schema. */
export interface InputOptions {
  /**
   * `observe` reports what is not valid, and the handler gets what came. `off` validates nothing. Default `enforce`.
   */
  readonly mode?: 'enforce' | 'observe' | 'off'
  /**
   * What becomes of fields of the query and of the body, at any depth, that the schema does not know: they make the
   * request invalid, or are left out. They are never passed on. Default `refuse`.
   */
  readonly unknown?: 'refuse' | 'strip'
  /** Of the values that the route's pattern takes from the path, decoded: `{ id: '12' }` for `/books/:id`. */
  readonly params?: Validator | WrittenSchema | 'off' | false
  /** Of the query: texts by name, a list where a name is repeated. Brackets in a name are part of it. */
  readonly query?: Validator | WrittenStrictSchema | 'off' | false
  /** Of the headers: texts by name in lower case. What the schema does not know is left out, in any mode. */
  readonly headers?: Validator | WrittenSchema | 'off' | false
  /** Of the cookies: texts by name, a list where a name is repeated. What the schema does not know is left out. */
  readonly cookies?: Validator | WrittenSchema | 'off' | false
  /**
   * Of the body: JSON, or a form as texts by name. Other content types are answered 415 `unsupported-media-type`. The
   * guard reads the body, and the handler gets what the schema made of it.
   */
  readonly body?: Validator | WrittenStrictSchema | 'off' | false
}

/** All that may stand under `input`. */
export type InputWritten = InputOptions | 'enforce' | 'observe' | 'off' | false

/** One schema, canonical. */
export interface Part {
  readonly use: string
  readonly unknown: 'refuse' | 'strip'
}

/** The canonical section; a part that has no schema is not there. */
export interface Input extends Readonly<Partial<Record<PartName, Part>>> {
  readonly mode: Mode
  /** Of what comes late alone: the mode that the policy has for the route. Never in a canonical policy. */
  readonly over?: Mode
}

export type Mode = 'enforce' | 'observe' | 'off'

const SCHEMA = 'a schema such as { use: "NewUser" }, or "off"'

function written() {
  const unknown = word(['refuse', 'strip'])
  const plain = () => z.optional(z.union([z.literal('off'), z.strictObject({ use: codeName() })], { error: SCHEMA }))
  const strict = () =>
    z.optional(
      z.union([z.literal('off'), z.strictObject({ use: codeName(), unknown: z.optional(unknown) })], { error: SCHEMA }),
    )
  return z.strictObject(
    {
      mode: z._default(word(['enforce', 'observe', 'off']), 'enforce'),
      unknown: z._default(unknown, 'refuse'),
      params: plain(),
      query: strict(),
      headers: plain(),
      cookies: plain(),
      body: strict(),
    },
    { error: 'schemas such as { body: { use: "NewUser" } }, "observe" or "off"' },
  )
}

type Written = z.output<ReturnType<typeof written>>

export const schema = once((): z.ZodMiniType<Input> => z.pipe(written(), z.transform(canonical)))

function canonical({ mode, unknown, ...parts }: Written): Input {
  const read: Partial<Record<PartName, Part>> = {}
  for (const name of PARTS) {
    const part = parts[name]
    if (part === undefined || part === 'off') continue
    // Names of parameters are the policy's own, and every client sends headers and cookies that are nobody's business.
    const chosen = name === 'query' || name === 'body' ? unknown : 'strip'
    read[name] = { use: part.use, unknown: ('unknown' in part ? part.unknown : undefined) ?? chosen }
  }
  return { mode, ...read }
}

export function desugar(written: unknown): unknown {
  if (written === false) return { mode: 'off' }
  if (written === 'off' || written === 'observe' || written === 'enforce') return { mode: written }
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return written
  return Object.fromEntries(
    Object.entries(written).map(([key, value]) => [key, isPart(key) && value === false ? 'off' : value]),
  )
}

function isPart(key: string): boolean {
  return (PARTS as readonly string[]).includes(key)
}

const STRICTEST = ['enforce', 'observe', 'off'] as const

/**
 * A route's own schema stands also for a path that fits only folded: it is what its handler expects. What the route
 * turns off stays on.
 */
export function fold(base: Input, route: Input): Input {
  if (isIdle(base)) return route
  if (isIdle(route)) return base
  const folded: Partial<Record<PartName, Part>> = {}
  for (const name of PARTS) {
    const above = base[name]
    const part = route[name] ?? above
    if (part === undefined) continue
    const both = route[name] !== undefined && above !== undefined
    folded[name] = both && above.unknown === 'refuse' ? { ...part, unknown: 'refuse' } : part
  }
  return { mode: STRICTEST.find((mode) => mode === base.mode || mode === route.mode) ?? 'enforce', ...folded }
}

function isIdle(input: Input): boolean {
  return input.mode === 'off' || PARTS.every((name) => input[name] === undefined)
}
