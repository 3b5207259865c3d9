import type { Late, TooLate } from '../../contract/defence.ts'
import { effectiveMode } from './fold.ts'
import type { LimitsOptions } from './options.ts'

/** Limits of an inline route: they count beside those of the policy, which have counted already. */
export const late: Late<LimitsOptions> = { under: { general: { mode: 'off' } }, tooLate, join }

function tooLate(desugared: Readonly<Record<string, unknown>>): readonly TooLate[] {
  const found: TooLate[] = []
  if (desugared['mode'] === 'off') {
    found.push({ path: ['mode'], expected: 'limits to add: those of the policy have counted already' })
  }
  for (const key of ['headers', 'skip', 'partition']) {
    if (Object.hasOwn(desugared, key))
      found.push({ path: [key], expected: 'limits alone: this is for the policy to say' })
  }
  if (Object.hasOwn(desugared, 'general')) {
    const expected = 'a limit of another name: "general" has counted already, and what replaces it is for the policy'
    found.push({ path: ['general'], expected })
  }
  return found
}

/** The mode is the policy's: where its limits are off or observed, so are those that join them. */
function join(base: LimitsOptions | undefined, inline: LimitsOptions, key: string): LimitsOptions {
  const own = inline.limits.flatMap((limit) => {
    const mode = effectiveMode(inline.mode, limit.mode)
    return mode === 'off' ? [] : [{ ...limit, of: key, mode }]
  })
  const added = (inline.penalties ?? []).map((each) => ({ ...each, of: key }))
  const penalties = [...(base?.penalties ?? []), ...added]
  const joined = penalties.length > 0 ? { penalties } : {}
  if (base === undefined) return { mode: 'enforce', headers: inline.headers, skip: [], limits: own, ...joined }
  return { ...base, limits: [...base.limits, ...own], ...joined }
}
