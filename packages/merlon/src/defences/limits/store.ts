import type { Build } from '../../contract/defence.ts'
import type { LimitOptions } from './options.ts'

/** What a store cannot do for these limits. */
export function checkStore(limits: readonly LimitOptions[], { counters, mistake }: Build): void {
  if (counters.atomic) return
  for (const { name, authentication } of limits) {
    if (authentication) {
      const expected = `counters that decide several limits at once for a limit on sign-ins: "${counters.name}" does not, and lets parallel guesses pass`
      mistake([name, 'authentication'], expected)
    }
  }
}
