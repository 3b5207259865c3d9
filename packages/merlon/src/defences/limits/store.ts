import type { Build } from '../../contract/defence.ts'
import type { LimitOptions } from './options.ts'

/** What a store cannot do for limits on sign-ins, whose every guess counts. */
export function checkStore(limits: readonly LimitOptions[], { counters, instances, siblings, mistake }: Build): void {
  for (const { name, authentication, quota } of limits) {
    if (!authentication) continue
    const tell = (expected: string) => mistake([name, 'authentication'], expected)
    if (!counters.atomic) {
      tell(`counters that decide several limits at once: "${counters.name}" lets parallel guesses pass`)
    }
    if (counters.shared) continue
    if (siblings !== undefined && instances === undefined) {
      tell(`counters that processes share, or instances: 4, as many as there are: this one is not alone (${siblings})`)
    }
    if (instances !== undefined && Math.floor(quota / instances) < 1) {
      tell(`a rate of at least ${instances}, or counters that processes share: ${instances} of them share ${quota}`)
    }
  }
}
