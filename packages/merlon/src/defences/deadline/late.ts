import type { Late, TooLate } from '../../contract/defence.ts'
import { type Deadline, fold } from './options.ts'

const LONGEST = '1d'

/** An inline route can only shorten what is running already. */
export const late: Late<Deadline> = {
  under: { total: LONGEST, headers: LONGEST, body: LONGEST, idle: LONGEST, handler: LONGEST, answer: 'off' },
  tooLate,
  alone: (desugared) => ('headers' in desugared ? [{ path: ['headers'], expected: HEADS }] : []),
  join,
}

const HEADS = "it in a policy, and createServer(guard.serverOptions, …): a request's head has come before this acts"

const OFF = 'a duration: an inline route can only shorten what the policy says; write it in the policy, under "routes"'
const EARLY = 'it in the policy, under "routes": an inline route comes too late for it'

function tooLate(desugared: Readonly<Record<string, unknown>>): readonly TooLate[] {
  const found: TooLate[] = []
  if (desugared['mode'] === 'off') found.push({ path: ['mode'], expected: OFF })
  if ('headers' in desugared) found.push({ path: ['headers'], expected: EARLY })
  if ('answer' in desugared) found.push({ path: ['answer'], expected: EARLY })
  return found
}

/** The mode is the policy's: where it sets no time, an inline route does not either. */
function join(base: Deadline | undefined, inline: Deadline): Deadline {
  if (base === undefined) return inline
  return base.mode === 'off' ? base : fold(base, inline)
}
