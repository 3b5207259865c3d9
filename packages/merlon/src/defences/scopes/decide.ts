import type { Build, Compiled, Decide } from '../../contract/defence.ts'
import { type Refusal, refuse } from '../../contract/verdict.ts'
import type { Scopes } from './options.ts'

export function compile({ mode, all }: Scopes, _build: Build): Compiled {
  return mode === 'off' || all.length === 0 ? {} : { steps: { scopes: compileStep(all) } }
}

function compileStep(all: readonly string[]): Decide {
  const needed = all.map(grantsOf)
  const lacking = refuse('insufficient-scope', {
    detail: `This needs ${all.length === 1 ? 'the scope' : 'the scopes'} ${all.join(' ')}.`,
    reason: `scopes: ${all.join(' ')}`,
    headers: ['WWW-Authenticate', `Bearer error="insufficient_scope", scope="${all.join(' ')}"`],
  })
  return ({ principal, challenge }) => {
    if (principal === undefined) return nobody(challenge)
    for (const grants of needed) if (!principal.scopes.some((scope) => grants.has(scope))) return lacking
    return undefined
  }
}

/**
 * All that a principal may have for this scope: `orders:items:write` is granted by itself, `orders:items:*`, `orders:*`
 * and `*`. An asterisk anywhere else is a character like any other.
 */
function grantsOf(scope: string): ReadonlySet<string> {
  const grants = new Set(['*', scope])
  for (let at = scope.indexOf(':'); at >= 0; at = scope.indexOf(':', at + 1)) grants.add(`${scope.slice(0, at)}:*`)
  return grants
}

function nobody(challenge: string | undefined): Refusal {
  const headers = challenge === undefined ? {} : { headers: ['WWW-Authenticate', challenge] }
  return refuse('unauthenticated', { reason: 'scopes: nobody was recognised', ...headers })
}
