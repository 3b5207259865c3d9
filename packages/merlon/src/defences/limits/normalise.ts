import type { As } from './by.ts'

const ASCII = /^[\0-\x7f]*$/
const UPPER = /[A-Z]+/g

/** The text of a field as it is counted by. */
export function normalise(text: string, as: As): string {
  if (as === 'exact') return text
  const trimmed = text.trim()
  if (as === 'trim') return trimmed
  if (ASCII.test(trimmed)) return trimmed.toLowerCase()
  // Composed before it is lowered: the Kelvin sign becomes a K. Beyond ASCII, case is no simple matter and left alone.
  const composed = as === 'email' ? trimmed.normalize('NFC') : trimmed
  return composed.replace(UPPER, lower)
}

function lower(text: string): string {
  return text.toLowerCase()
}
