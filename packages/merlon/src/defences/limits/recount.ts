import type { Recount } from '../../contract/charged.ts'
import type { NamedLimit } from './names.ts'
import type { Phase } from './phase.ts'
import { quietly } from './settle.ts'

/** What a handler may change of what its request was charged. Phases of one limit each, made at the first need. */
export function compileRecount(
  limits: readonly NamedLimit[],
  phaseOf: (limit: NamedLimit) => Phase,
  now: () => number,
): Recount {
  const phases = new Map<NamedLimit, Phase>()
  const phase = (limit: NamedLimit): Phase => {
    const found = phases.get(limit) ?? phaseOf(limit)
    phases.set(limit, found)
    return found
  }
  const named = (name: string): readonly NamedLimit[] => {
    const found = limits.filter((each) => each.name === name)
    if (found.length > 0) return found
    const names = limits.map((each) => `"${each.name}"`).join(', ')
    throw new RangeError(`expected the name of a limit of this route, ${names}, got "${name}"`)
  }
  return {
    refund(facts, name) {
      if (name !== undefined && named(name).every(({ counts }) => counts === undefined)) {
        throw new RangeError(`the limit "${name}" counts every request: write counts: "handler" to give back`)
      }
      for (const each of facts.charges ?? []) each.refund(name)
    },
    charge(facts, amount, name) {
      if (!Number.isSafeInteger(amount) || amount < 0) {
        throw new RangeError(`expected a whole number from 0 on, got ${String(amount)}`)
      }
      const counted = new Set(facts.readings?.map(({ limit }) => limit.name))
      const wanted = name === undefined ? limits.filter(({ shownAs }) => counted.has(shownAs)) : named(name)
      if (amount > 0) for (const each of wanted) quietly(() => phase(each).debit(facts, amount, now()))
    },
  }
}
