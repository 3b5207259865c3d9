/** What a Content-Type says of a body. */
export interface MediaType {
  /** In lower case, without parameters; empty where there is no Content-Type. */
  readonly type: string
  /** What this body will be parsed as. */
  readonly kind: 'json' | 'form' | 'other'
  /** In lower case; undefined where none is named. */
  readonly charset: string | undefined
}

const NONE: MediaType = { type: '', kind: 'other', charset: undefined }
const ESSENCE = /^[ \t]*([A-Za-z0-9!#$%&'*+.^_`|~-]+\/[A-Za-z0-9!#$%&'*+.^_`|~-]+)[ \t]*$/
const PARAMETER =
  /;[ \t]*(?:([A-Za-z0-9!#$%&'*+.^_`|~-]+)=(?:([A-Za-z0-9!#$%&'*+.^_`|~-]+)|"((?:[^"\\]|\\.)*)")[ \t]*)?/y

/** Every request of a client names the same few types, so the last one answers most calls. */
let lastText = ''
let lastType: MediaType | undefined = NONE

/**
 * Reads a Content-Type (RFC 9110 §8.3.1); undefined where two readers could take it differently. Parameters are read
 * only of what is parsed: elsewhere many clients send some that are not quite right, and nothing here depends on them.
 */
export function parseMediaType(text: string | undefined): MediaType | undefined {
  if (text === undefined) return NONE
  if (text === lastText) return lastType
  lastType = read(text)
  lastText = text
  return lastType
}

function read(text: string): MediaType | undefined {
  const mark = text.indexOf(';')
  if (text === '') return NONE
  const type = ESSENCE.exec(mark < 0 ? text : text.slice(0, mark))?.[1]?.toLowerCase()
  if (type === undefined) return undefined
  const kind = kindOf(type)
  if (kind === 'other' || mark < 0) return { type, kind, charset: undefined }
  let charset: string | undefined
  PARAMETER.lastIndex = mark
  while (PARAMETER.lastIndex < text.length) {
    const match = PARAMETER.exec(text)
    if (match === null) return undefined
    if (match[1]?.toLowerCase() !== 'charset') continue
    if (charset !== undefined) return undefined
    charset = (match[2] ?? match[3] ?? '').toLowerCase()
  }
  return { type, kind, charset }
}

function kindOf(type: string): MediaType['kind'] {
  if (type === 'application/x-www-form-urlencoded') return 'form'
  return type.endsWith('/json') || type.endsWith('+json') ? 'json' : 'other'
}
