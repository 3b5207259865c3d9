import type { Principal } from '../../contract/facts.ts'

/** Longer ones are no names of anything, and every counter, log line and cache would carry them. */
const LONGEST = 256
const MOST_SCOPES = 1024

/** Half a character becomes another one where it is encoded, and so two ids one; a line break begins a line of its own. */
const UNFIT = /[\p{Cc}\p{Cs}\u2028\u2029]/u

/** What is wrong with an answer of the application's own authentication. It says kinds alone, never values. */
export class IdentityError extends TypeError {
  override readonly name = 'IdentityError'

  constructor(expected: string) {
    super(`the function of "principal" has to give undefined, or { id, tier, scopes }; expected ${expected}`)
  }
}

/**
 * The answer as the principal, frozen; undefined where nobody was recognised.
 *
 * @throws IdentityError for anything else: what cannot be read is no anonymous caller, and no known one
 */
export function readIdentity(answer: unknown): Principal | undefined {
  if (answer === undefined) return undefined
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw new IdentityError(`one of these, got ${kindOf(answer)}`)
  }
  const { id, tier, scopes } = answer as { id?: unknown; tier?: unknown; scopes?: unknown }
  return Object.freeze({
    id: text(id, 'id', typeof id === 'number' || typeof id === 'bigint' ? '; write String(…)' : ''),
    tier: tier === undefined ? undefined : text(tier, 'tier'),
    scopes: scopes === undefined ? NONE : readScopes(scopes),
  })
}

const NONE: readonly string[] = Object.freeze([])

function readScopes(scopes: unknown): readonly string[] {
  if (!Array.isArray(scopes)) {
    const split = typeof scopes === 'string' ? '; split it where it has spaces' : ''
    throw new IdentityError(`"scopes" to be a list of texts, got ${kindOf(scopes)}${split}`)
  }
  if (scopes.length > MOST_SCOPES) throw new IdentityError(`at most ${MOST_SCOPES} scopes, got ${scopes.length}`)
  // From and not map, which passes over holes.
  return Object.freeze(Array.from(scopes as readonly unknown[], (scope, at) => text(scope, `scopes[${at}]`)))
}

function text(value: unknown, name: string, mend = ''): string {
  if (typeof value !== 'string') throw new IdentityError(`"${name}" to be a text, got ${kindOf(value)}${mend}`)
  if (value === '' || value.length > LONGEST) {
    throw new IdentityError(`"${name}" to have 1 to ${LONGEST} characters, got ${value.length}`)
  }
  if (UNFIT.test(value)) throw new IdentityError(`"${name}" to be without control characters and halves of characters`)
  return value
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
