import type { Late, TooLate } from '../../contract/defence.ts'
import { type Input, PARTS } from './options.ts'

/**
 * Schemas of an inline route hold beside those of the policy, which have been held to already: what these have made of a
 * part is what comes to the inline one.
 */
export const late: Late<Input> = { under: {}, tooLate, join }

const ADDS = 'schemas to add: those of the policy have been held to already'

function tooLate(desugared: Readonly<Record<string, unknown>>): readonly TooLate[] {
  const found: TooLate[] = desugared['mode'] === 'off' ? [{ path: ['mode'], expected: ADDS }] : []
  for (const name of PARTS) if (desugared[name] === 'off') found.push({ path: [name], expected: ADDS })
  return found
}

/** The mode is the policy's: where its input is off or observed, so is what joins it. */
function join(base: Input | undefined, inline: Input): Input {
  const over = base?.over ?? base?.mode ?? 'enforce'
  return { ...inline, over, mode: over === 'enforce' ? inline.mode : over }
}
