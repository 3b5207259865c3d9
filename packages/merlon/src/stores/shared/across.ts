import { type Part, RESERVE } from './part.ts'
import type { Store } from './store.ts'

/**
 * Charges parts that lie in different places of a cluster: each of them all or nothing, and where one refuses the others
 * are given back before it is told. So nobody is admitted whom a limit refuses; what is given back too late, or not at
 * all because a node was lost meanwhile, has refused somebody for a moment, and decays.
 *
 * @throws what a part that could not be asked has failed with; what the others took is given back
 */
export async function acrossTags(store: Store, parts: readonly Part[]): Promise<void> {
  const answers = await Promise.allSettled(parts.map((part) => part.charge(RESERVE, () => {})))
  const failed = answers.find((answer) => answer.status === 'rejected')
  const charged = parts.filter((part) => part.admitted)
  if (failed !== undefined) {
    for (const part of charged) void store.aside(part.refund(part.costs, false))
    throw failed.reason
  }
  if (charged.length === parts.length) return
  const strikes = parts.some((part) => part.refuses)
  await Promise.all(
    parts.map((part) => {
      if (part.admitted) return store.aside(part.refund(part.costs, strikes))
      // A script that refuses by itself has had its penalties take note; of the others' refusals they have to be told.
      return strikes && !part.refuses ? store.aside(part.refund([], true)) : undefined
    }),
  )
}
