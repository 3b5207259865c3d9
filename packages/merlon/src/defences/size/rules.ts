import type { ContentEncoding } from '../../contract/body.ts'
import type { Build } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import { type Refusal, refuse } from '../../contract/verdict.ts'
import type { FormBounds } from './form-scan.ts'
import type { JsonBounds, JsonFault } from './json-scan.ts'
import type { Size } from './options.ts'

/** The options of one route, and the refusals that they lead to: all made at the start. */
export interface Rules {
  readonly maxUrlBytes: number
  /** More than this is too much. */
  readonly maxBytes: number
  /** More than this is refused even where too much is only observed. */
  readonly ceilingBytes: number
  /** Undefined where nothing is asked of a body but its size. */
  readonly structure: Structure | undefined
  readonly encodings: readonly ContentEncoding[]
  readonly tooLong: Refusal
  readonly tooLarge: Refusal
  readonly overCeiling: Refusal
  readonly encodingUnknown: Refusal
  readonly charsetUnknown: Refusal
  readonly typeUnreadable: Refusal
  readonly lengthUnreadable: Refusal
  /** Gives what is refused: nothing where the section is in `observe`, which tells it instead. */
  report(facts: Facts, refusal: Refusal): Refusal | undefined
}

export interface Structure {
  /** For bodies that say they are JSON. */
  readonly json: JsonBounds
  /** For all others: handlers read JSON without a look at its type (`Request.json()`), so it does not choose. */
  readonly anyType: JsonBounds
  readonly form: FormBounds
  /** While the body arrives, when the rest of it stays unread; and at its end. */
  readonly midway: Readonly<Record<JsonFault, Refusal>>
  readonly atEnd: Readonly<Record<JsonFault, Refusal>>
}

export function compileRules(options: Size, build: Build): Rules {
  const off = options.mode === 'off'
  const maxBytes = off ? options.ceilingBytes : options.maxBytes
  const ceilingBytes = options.mode === 'observe' ? options.ceilingBytes : maxBytes
  const encodings = options.encodings.filter((encoding) => build.platform.encodings.includes(encoding))
  return {
    maxUrlBytes: off ? Number.POSITIVE_INFINITY : options.maxUrlBytes,
    maxBytes,
    ceilingBytes,
    structure: off ? undefined : structureOf(options),
    encodings,
    tooLong: refuse('uri-too-long', { detail: `At most ${options.maxUrlBytes} bytes are taken here.` }),
    tooLarge: tooLarge(maxBytes),
    overCeiling: tooLarge(ceilingBytes),
    // RFC 9110 §15.5.16 and §12.5.3: Accept-Encoding in an answer says which codings would have been taken.
    encodingUnknown: refuse('unsupported-encoding', {
      detail: 'The body has to come without a content coding, or with one that Accept-Encoding names.',
      headers: ['Accept-Encoding', [...encodings, 'identity'].join(', ')],
      close: true,
    }),
    charsetUnknown: refuse('unsupported-encoding', { detail: 'The charset has to be UTF-8.', close: true }),
    typeUnreadable: refuse('unsupported-media-type', { detail: 'The Content-Type cannot be read.', close: true }),
    lengthUnreadable: refuse('request-ambiguous', {
      detail: 'Content-Length has to be one decimal number.',
      close: true,
    }),
    report:
      options.mode === 'observe'
        ? (facts, refusal) => {
            build.observed(facts, refusal)
            return undefined
          }
        : (_, refusal) => refusal,
  }
}

function tooLarge(maxBytes: number): Refusal {
  return refuse('body-too-large', { detail: `At most ${maxBytes} bytes are taken here.`, close: true })
}

function structureOf({ maxDepth, maxKeys, duplicateKeys, prototypeKeys }: Size): Structure {
  const duplicates = duplicateKeys === 'refuse'
  const prototypes = prototypeKeys === 'refuse'
  const json = { maxDepth, maxKeys, duplicates, prototypes, strictUtf8: true }
  return {
    json,
    anyType: { ...json, strictUtf8: false },
    form: { maxDepth, maxKeys, prototypes },
    midway: faults(maxDepth, maxKeys, true),
    atEnd: faults(maxDepth, maxKeys, false),
  }
}

function faults(maxDepth: number, maxKeys: number, close: boolean): Record<JsonFault, Refusal> {
  return {
    syntax: refuse('body-malformed', { detail: 'The body is not valid JSON.', close }),
    utf8: refuse('body-malformed', { detail: 'The body is not valid UTF-8.', close }),
    depth: refuse('body-too-complex', { detail: `At most ${maxDepth} levels are taken here.`, close }),
    keys: refuse('body-too-complex', { detail: `At most ${maxKeys} keys or fields are taken here.`, close }),
    duplicate: refuse('body-ambiguous', { detail: 'An object of the body has a key twice.', close }),
    prototype: refuse('body-ambiguous', { detail: 'A key of the body leads to a prototype.', close }),
  }
}
