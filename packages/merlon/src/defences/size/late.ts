import type { Late, TooLate } from '../../contract/defence.ts'
import { fold, type Size } from './options.ts'

/** The loosest that can be written, so that an inline route tightens what it writes and nothing else. */
const LOOSEST = {
  body: '1024gb',
  ceiling: '1024gb',
  depth: 10_000,
  keys: 10_000_000,
  duplicateKeys: 'allow',
  prototypeKeys: 'allow',
  url: '1mb',
}

/** A smaller size in an inline route: the body's bytes are being counted already, and may only be fewer. */
export const late: Late<Size> = { under: LOOSEST, tooLate, join }

function tooLate(desugared: Readonly<Record<string, unknown>>): readonly TooLate[] {
  const others = Object.keys(desugared).filter((key) => key !== 'body')
  return others.map((key) => ({ path: [key], expected: '"body" alone: the rest is judged before a route is reached' }))
}

/** The mode is the policy's: where it leaves sizes to the application, an inline route does not take them up. */
function join(base: Size | undefined, inline: Size): Size {
  return base === undefined ? inline : { ...fold(base, inline), mode: base.mode }
}
