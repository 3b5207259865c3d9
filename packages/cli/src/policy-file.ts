import { existsSync } from 'node:fs'
import { UsageError } from './failure.ts'

/** What a policy is called where nobody says otherwise. */
const NAMES = ['merlon.yaml', 'merlon.yml', 'merlon.json'] as const

/** The policy that was named, or the one of the working directory. */
export function findPolicyFile(named: string | undefined): string {
  if (named !== undefined) return named
  const [found, other] = NAMES.filter((name) => existsSync(name))
  if (found === undefined) {
    throw new UsageError(`no policy was named, and there is no ${NAMES.slice(0, 2).join(', ')} or ${NAMES[2]} here.`)
  }
  if (other !== undefined) throw new UsageError(`${found} and ${other} are both here: name the one that is meant.`)
  return found
}
