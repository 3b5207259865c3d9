import type { Build } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import type { Errors } from './options.ts'

/** Nothing in it can end a header, a line of a log or a JSON string. */
const ID = /^[A-Za-z0-9._-]{1,128}$/

/** The id of a request: its proxy's, where there is one to be believed, or a fresh one. */
export function compileIdentify({ requestId }: Errors, { platform }: Build): (facts: Facts) => string {
  const { accept } = requestId
  const lower = requestId.header.toLowerCase()
  if (accept === 'never') return () => platform.id()
  return (facts) => {
    if (accept === 'always' || facts.viaProxy) {
      // Several lines are joined by a comma, and so are no id.
      const given = facts.header(lower)
      if (given !== undefined && ID.test(given)) return given
    }
    return platform.id()
  }
}
