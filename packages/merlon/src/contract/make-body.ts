import type { Body } from './body.ts'
import { parseMediaType } from './media-type.ts'
import { type Refusal, refuse } from './verdict.ts'

const NOT_UTF8 = refuse('body-malformed', { detail: 'The body is not valid UTF-8.' })
const NOT_JSON = refuse('body-malformed', { detail: 'The body is not valid JSON.' })
const NOT_FORM = refuse('body-malformed', { detail: 'The body is not a valid form.' })
const NO_TYPE = refuse('unsupported-media-type', { detail: 'The Content-Type cannot be read.' })

/** Skips a leading byte order mark, as RFC 8259 §8.1 allows; what is not UTF-8 throws. */
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Parses a body that has come in whole and has passed its meter, which bounds its bytes, depth, keys and fields. The
 * guard decides by this value and the handler gets the same one, so that no second parser can read another.
 */
export function makeBody(bytes: Uint8Array, contentType: string | undefined): Body | Refusal {
  const media = parseMediaType(contentType)
  if (media === undefined) return NO_TYPE
  const { type, kind } = media
  if (kind === 'other' || bytes.length === 0) return { bytes, type, value: undefined }
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return NOT_UTF8
  }
  try {
    return { bytes, type, value: kind === 'json' ? JSON.parse(text) : parseForm(text) }
  } catch {
    // The parser's own message quotes the body; it goes nowhere.
    return kind === 'json' ? NOT_JSON : NOT_FORM
  }
}

/**
 * A form as an object without a prototype, so that no field's name can mean more than itself. Throws URIError at a
 * percent sign that encodes nothing: parsers differ in what they make of it.
 */
function parseForm(text: string): Record<string, string | string[]> {
  const form: Record<string, string | string[]> = Object.create(null)
  for (const field of text.split('&')) {
    if (field === '') continue
    const mark = field.indexOf('=')
    const name = decodeField(mark < 0 ? field : field.slice(0, mark))
    const value = mark < 0 ? '' : decodeField(field.slice(mark + 1))
    const before = form[name]
    if (before === undefined) form[name] = value
    else if (typeof before === 'string') form[name] = [before, value]
    else before.push(value)
  }
  return form
}

function decodeField(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}
