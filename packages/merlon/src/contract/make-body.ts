import type { Body } from './body.ts'
import { parseForm } from './form.ts'
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
