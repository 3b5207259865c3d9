import { callSite } from './call-site.ts'
import { type Code, nameCode } from './code.ts'
import type { Mistake } from './mistake.ts'
import { mistakeAt, type Origin } from './origin.ts'
import { copyPlain } from './plain.ts'

/** Registered, so that a policy read by `merlon/file` as CommonJS is one for `merlon` as ESM too. */
const brand: unique symbol = Symbol.for('merlon.policy')

/** A written policy and where it was written. `definePolicy` and `readPolicy` make one; a guard takes it. */
export interface Policy {
  readonly [brand]: true
  /** Plain data: a copy that nobody else holds. */
  readonly written: unknown
  readonly origin: Origin
  /** The code that stood in it, by the names that stand there now; a guard binds it by itself. */
  readonly code: Code
  /** What is wrong with it before its meaning is looked at. Told with all other mistakes. */
  readonly mistakes: readonly Mistake[]
}

/** Makes a policy of data from anywhere; what is no plain data becomes a mistake. */
export function holdPolicy(written: unknown, origin: Origin): Policy {
  const mistakes: Mistake[] = []
  const code = new Map<string, unknown>()
  const copy = copyPlain(
    written,
    (path, message, at) => {
      mistakes.push(mistakeAt(origin, path, message, { at }))
    },
    (value, path) => nameCode(value, path, code),
  )
  return { [brand]: true, written: copy, origin, code, mistakes }
}

export function isPolicy(value: unknown): value is Policy {
  return typeof value === 'object' && value !== null && (value as Partial<Policy>)[brand] === true
}

/**
 * A policy written in TypeScript or JavaScript. It never throws: the guard that is given the policy tells its mistakes,
 * with the file and the line of this call. One that is a policy already stays as it is.
 *
 * @param above for a function that takes a policy and calls this: mistakes name the line where that function was called
 */
export function definePolicy(written: unknown, above: (...given: never[]) => unknown = definePolicy): Policy {
  return asPolicy(written, above)
}

/** A policy as it is, or an object that is one; `above` is the function of ours that the caller called. */
export function asPolicy(given: unknown, above: (...given: never[]) => unknown): Policy {
  return isPolicy(given) ? given : holdPolicy(given, calledFrom(above))
}

function calledFrom(above: (...given: never[]) => unknown): Origin {
  const site = callSite(above)
  return {
    get file() {
      return site()?.file
    },
    position: site,
  }
}
