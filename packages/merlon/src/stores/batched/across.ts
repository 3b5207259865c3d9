import { PART, type Part, READ } from './part.ts'
import type { Store } from './store.ts'

/** How often what has refused is looked at again: what others give back may be on its way. */
const LOOKS = 2

/**
 * Charges parts that lie in different places of a cluster: each of them all or nothing, and where one refuses the others
 * are given back before that is told. So nobody is admitted whom a limit refuses; what is given back too late, or not at
 * all because a node was lost meanwhile, has refused somebody for a moment, and decays.
 *
 * Charges that are about to be given back may stand in each other's way, so that a crowd at the last places would all be
 * refused. Whoever finds that what refused does so no more therefore asks again, one part after the other and all in one
 * order: among those who do, the first always gets through.
 *
 * @throws what a part that could not be asked has failed with; what the others took is given back
 */
export async function acrossTags(store: Store, parts: readonly Part[]): Promise<void> {
  if (await together(store, parts)) return
  const refusing = parts.filter((part) => !part.admitted)
  for (let looks = 0; looks < LOOKS; looks++) {
    await Promise.all(refusing.map((part) => part.act(READ)))
    if (!refusing.every((part) => part.admits)) continue
    if (await oneByOne(store, parts)) return
    break
  }
  if (!parts.some((part) => part.refuses)) return
  await Promise.all(parts.map((part) => part.penalizes && store.aside(part.refund([], true))))
}

/** The quick way, which most go: all at once. */
async function together(store: Store, parts: readonly Part[]): Promise<boolean> {
  const answers = await Promise.allSettled(parts.map((part) => part.charge(PART, () => {})))
  const charged = parts.filter((_, at) => answers[at]?.status === 'fulfilled').filter((part) => part.admitted)
  const failed = answers.find((answer) => answer.status === 'rejected')
  if (failed !== undefined) {
    for (const part of charged) void store.aside(part.refund(part.costs, false))
    throw failed.reason
  }
  if (charged.length === parts.length) return true
  await giveBack(store, charged)
  return false
}

async function oneByOne(store: Store, parts: readonly Part[]): Promise<boolean> {
  const charged: Part[] = []
  try {
    for (const part of [...parts].sort((a, b) => (a.tag < b.tag ? -1 : 1))) {
      await part.charge(PART, () => {})
      if (!part.admitted) break
      charged.push(part)
    }
  } catch (error) {
    for (const part of charged) void store.aside(part.refund(part.costs, false))
    throw error
  }
  if (charged.length === parts.length) return true
  await giveBack(store, charged)
  return false
}

async function giveBack(store: Store, charged: readonly Part[]): Promise<void> {
  await Promise.all(charged.map((part) => store.aside(part.refund(part.costs, false))))
}
