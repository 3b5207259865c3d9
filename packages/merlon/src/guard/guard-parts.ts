import type { Facts } from '../contract/facts.ts'
import type { Finding } from '../contract/finding.ts'
import type { Log } from '../contract/log.ts'
import type { Platform } from '../contract/platform.ts'
import type { CompiledRoute } from './compile.ts'
import type { LimitsDesk } from './desk.ts'
import type { OnRefuse } from './hooks.ts'
import type { Late } from './late.ts'
import type { Matcher } from './match.ts'

/** What a guard is made of. */
export interface GuardParts {
  readonly platform: Platform
  readonly log: Log
  readonly matcher: Matcher<CompiledRoute>
  /** What applies before a route is known, and where none matches. */
  readonly fallback: CompiledRoute
  /** Asked for once, at the first request: inline routes are there then. */
  readonly findings: () => readonly Finding[]
  /** Makes an inline route; mistakes are thrown at once. */
  readonly inline: (given: unknown, above: (...given: never[]) => unknown) => Late
  readonly onRefuse: OnRefuse | undefined
  /** Of a defence by itself: nothing is refused and nothing leaves until one joins. */
  readonly bare?: boolean
  /** Of a guard under test: called with each request before anything looks at it. */
  readonly prepare: ((facts: Facts) => void) | undefined
  readonly ready: () => Promise<void>
  readonly close: () => Promise<void>
  readonly desk: LimitsDesk
}
