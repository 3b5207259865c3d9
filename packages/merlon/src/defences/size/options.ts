import * as z from 'zod/mini'
import type { ContentEncoding } from '../../contract/body.ts'
import { once } from '../../policy/once.ts'
import { bytes, count, word } from '../../policy/units.ts'

/** `size` in the policy: how much a request may bring, in bytes and in structure. */
export interface SizeOptions {
  /**
   * `observe` reports what is too much and lets it pass, up to `ceiling`. `off` leaves it to the application; where the
   * guard itself has to read a body, `ceiling` bounds it still. Default `enforce`.
   */
  readonly mode?: 'enforce' | 'observe' | 'off'
  /**
   * Most bytes of a body, as they arrive and again after decompression, whatever Content-Length says. Default `100kb`.
   * Too many: 413 `body-too-large`.
   */
  readonly body?: string
  /** Most bytes of a body in `observe`, and of one that the guard reads under `off`. Default `10mb`, at least `body`. */
  readonly ceiling?: string
  /**
   * Levels of objects and arrays in JSON, of brackets in the names of a form's fields. Default 32, at most 10,000. More:
   * 400 `body-too-complex`.
   */
  readonly depth?: number
  /** Keys of all objects of a JSON body together, or fields of a form. Default 1000. More: 400 `body-too-complex`. */
  readonly keys?: number
  /**
   * What becomes of JSON in which an object has a key twice: some parsers take the first, some the last, so what was
   * checked need not be what is used. Keys are compared as parsers see them, unescaped. Default `refuse`: 400
   * `body-ambiguous`.
   */
  readonly duplicateKeys?: 'refuse' | 'allow'
  /**
   * What becomes of JSON or a form with a key `__proto__`, or `prototype` within `constructor`: code that merges it into
   * another object changes every object of the process. Default `refuse`: 400 `body-ambiguous`.
   */
  readonly prototypeKeys?: 'refuse' | 'allow'
  /**
   * Content codings that are taken, one at a time, where the runtime can undo them. Default `gzip`, `deflate`, `br`,
   * `zstd`; an empty list takes bodies as they are alone. Others: 415 `unsupported-encoding`, which names those taken.
   */
  readonly encodings?: readonly ContentEncoding[]
  /** Longest request target, path and query together. Default `8kb`. Longer: 414 `uri-too-long`. */
  readonly url?: string
}

/** All that may stand under `size`; `1mb` stands for `{ body: 1mb }`. */
export type SizeWritten = SizeOptions | string | false

/** The canonical section. */
export interface Size {
  readonly mode: 'enforce' | 'observe' | 'off'
  readonly maxBytes: number
  readonly ceilingBytes: number
  readonly maxDepth: number
  readonly maxKeys: number
  readonly duplicateKeys: 'refuse' | 'allow'
  readonly prototypeKeys: 'refuse' | 'allow'
  readonly encodings: readonly ContentEncoding[]
  readonly maxUrlBytes: number
}

const ENCODINGS = ['gzip', 'deflate', 'br', 'zstd'] as const

function written() {
  const handling = z._default(word(['refuse', 'allow']), 'refuse')
  return z.strictObject(
    {
      mode: z._default(word(['enforce', 'observe', 'off']), 'enforce'),
      body: z.prefault(bytes(), '100kb'),
      ceiling: z.prefault(bytes(), '10mb'),
      depth: z._default(count(1, 10_000), 32),
      keys: z._default(count(1, 10_000_000), 1000),
      duplicateKeys: handling,
      prototypeKeys: handling,
      encodings: z._default(z.array(word(ENCODINGS), { error: 'a list of codings, such as ["gzip", "br"]' }), [
        ...ENCODINGS,
      ]),
      url: z.prefault(bytes({ min: '64b', max: '1mb' }), '8kb'),
    },
    { error: 'a size such as "1mb", settings such as { body: "1mb", depth: 16 }, "observe" or "off"' },
  )
}

type Written = z.output<ReturnType<typeof written>>

export const schema = once((): z.ZodMiniType<Size> => z.pipe(written(), z.transform(canonical)))

function canonical({ mode, body, ceiling, depth, keys, duplicateKeys, prototypeKeys, encodings, url }: Written): Size {
  return {
    mode,
    maxBytes: body,
    ceilingBytes: Math.max(ceiling, body),
    maxDepth: depth,
    maxKeys: keys,
    duplicateKeys,
    prototypeKeys,
    encodings: ENCODINGS.filter((encoding) => encodings.includes(encoding)),
    maxUrlBytes: url,
  }
}

export function desugar(written: unknown): unknown {
  if (written === false) return { mode: 'off' }
  if (written === 'off' || written === 'observe' || written === 'enforce') return { mode: written }
  return typeof written === 'string' ? { body: written } : written
}

const STRICTEST = ['enforce', 'observe', 'off'] as const

/** What is smaller and stricter of both. */
export function fold(base: Size, route: Size): Size {
  return {
    mode: STRICTEST.find((mode) => mode === base.mode || mode === route.mode) ?? 'enforce',
    maxBytes: Math.min(base.maxBytes, route.maxBytes),
    ceilingBytes: Math.min(base.ceilingBytes, route.ceilingBytes),
    maxDepth: Math.min(base.maxDepth, route.maxDepth),
    maxKeys: Math.min(base.maxKeys, route.maxKeys),
    duplicateKeys: base.duplicateKeys === 'allow' ? route.duplicateKeys : 'refuse',
    prototypeKeys: base.prototypeKeys === 'allow' ? route.prototypeKeys : 'refuse',
    encodings: base.encodings.filter((encoding) => route.encodings.includes(encoding)),
    maxUrlBytes: Math.min(base.maxUrlBytes, route.maxUrlBytes),
  }
}
