import type { Build, Compiled } from '../../contract/defence.ts'
import { compileConcurrency } from './concurrency.ts'
import { compileDelay } from './delay.ts'
import type { Load } from './options.ts'
import type { Refuse } from './refusal.ts'
import { compileShed } from './shed.ts'

/**
 * Each part stands where it costs least: shedding before anything is looked at, the delay once the client's own limits
 * have let it pass, and the places last, when who is calling is known.
 */
export function compile(options: Load, build: Build): Compiled {
  if (options.mode === 'off') return {}
  const refuseOr: Refuse =
    options.mode === 'enforce'
      ? (_, refusal) => refusal
      : (facts, refusal) => {
          build.observed(facts, refusal)
          return undefined
        }
  // Of an inline route only the places act: all else has acted before it.
  const places = compileConcurrency(options, build, refuseOr)
  if (build.inline !== undefined) return { steps: { 'load.concurrency': places?.decide }, ...leaveOf(places?.leave) }
  return {
    steps: {
      'load.shed': compileShed(options, build, refuseOr),
      'load.delay': compileDelay(options, build, refuseOr),
      'load.concurrency': places?.decide,
    },
    ...leaveOf(places?.leave),
  }
}

function leaveOf(leave: Compiled['leave']): Pick<Compiled, 'leave'> {
  return leave === undefined ? {} : { leave }
}
