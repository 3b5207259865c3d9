import type { Build } from '../../contract/defence.ts'
import { quote } from '../../policy/quote.ts'
import type { Versions } from './options.ts'

/** Names of a parameter that is meant to hold the version. */
const MEANT = /^:(?:api-?)?v(?:er|ersion)?$/i

/**
 * Routes of the policy match below the version, so one that is written with it holds for nothing: its limits and lists
 * would be missing without a word.
 */
export function reportRoute({ under, known }: Versions, build: Build): void {
  const path = build.route.slice(build.route.indexOf('/'))
  if (!path.startsWith(`${under}/`)) return
  const segment = path.slice(under.length + 1).split('/', 1)[0] ?? ''
  const names = Object.keys(known).map((name) => name.toLowerCase())
  if (!names.includes(segment.toLowerCase()) && !MEANT.test(segment)) return
  const below = `${under}${path.slice(under.length + 1 + segment.length)}` || '/'
  build.mistake(
    ['by'],
    `routes below the version: ${quote(build.route)} would never hold, write ${quote(build.route.replace(path, () => below))}`,
  )
}
