import type { Late, TooLate } from '../../contract/defence.ts'
import type { Load } from './options.ts'

/** Places of an inline route: they are taken beside those of the policy. */
export const late: Late<Load> = { under: { shed: 'off' }, tooLate, join }

const EXPECTED = '"concurrency" alone: whatever sheds or delays has done so before a route is reached'

function tooLate(desugared: Readonly<Record<string, unknown>>): readonly TooLate[] {
  const others = Object.keys(desugared).filter((key) => key !== 'concurrency')
  return others.map((key) => ({ path: [key], expected: EXPECTED }))
}

/** Mode and priority are the policy's. */
function join(base: Load | undefined, inline: Load, key: string): Load {
  const concurrency = inline.concurrency === 'off' ? 'off' : { ...inline.concurrency, of: key }
  return { ...(base ?? inline), concurrency }
}
