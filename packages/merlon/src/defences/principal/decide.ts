import type { Build, Compiled, Decide } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import { PROBLEM } from '../../contract/problem.ts'
import { isPromise, type Refusal, refuse } from '../../contract/verdict.ts'
import { IdentityError, readIdentity } from './identity.ts'
import type { Principal } from './options.ts'
import { Unidentified, type WhoIs } from './request.ts'

export function compile(options: Principal, build: Build): Compiled {
  const { mode, use, required } = options
  if (mode === 'off' || use === undefined) return {}
  const code = build.code(['use'], use)
  if (code === undefined) return {}
  if (typeof code !== 'function') {
    build.mistake(['use'], 'a function that says who is calling: (request) => ({ id: "user:42" }), or undefined')
    return {}
  }
  return { steps: { principal: compileStep(code as WhoIs, challengeOf(options), required) } }
}

/** `Bearer realm="shop"`: the schema lets nothing pass that would have to be escaped. */
function challengeOf({ scheme, realm }: Principal): string | undefined {
  return scheme === undefined || realm === undefined ? scheme : `${scheme} realm="${realm}"`
}

function compileStep(whoIs: WhoIs, challenge: string | undefined, required: boolean): Decide {
  const headers = challenge === undefined ? {} : { headers: ['WWW-Authenticate', challenge] }
  const refusal = refuse('unauthenticated', { reason: 'principal: nobody was recognised', ...headers })

  function conclude(facts: Facts, answer: unknown): Refusal | undefined {
    facts.principal = readIdentity(answer)
    return required && facts.principal === undefined ? refusal : undefined
  }

  async function settle(facts: Facts, answer: Promise<unknown>): Promise<Refusal | undefined> {
    try {
      return conclude(facts, await answer)
    } catch (error) {
      throw spoken(error)
    }
  }

  return (facts) => {
    facts.challenge = challenge
    try {
      const answer: unknown = whoIs(new Unidentified(facts))
      // By a promise of our own: the `then` of another may give nothing back, and would have the request pass at once.
      return isPromise(answer) ? settle(facts, Promise.resolve(answer)) : conclude(facts, answer)
    } catch (error) {
      throw spoken(error)
    }
  }
}

/** The function's own failure. */
class IdentificationFailed extends Error {
  override readonly name = 'IdentificationFailed'
}

/**
 * A problem on purpose goes out as it is. Any other error is wrapped, whatever status it carries: a 404 of the service
 * that was asked for the account is none of this API's.
 */
function spoken(error: unknown): unknown {
  if (error instanceof IdentityError) return error
  if (typeof error === 'object' && error !== null && PROBLEM in error) return error
  return new IdentificationFailed('the function of "principal" failed', { cause: error })
}
