import type { Reading, Reservation } from '../../contract/counters.ts'
import type { Part } from './part.ts'
import type { Store } from './store.ts'

/** What parts have charged, to be given back once. */
export function reservationOf(store: Store, parts: readonly Part[], readings: Reading[]): Reservation {
  const charged = parts.every((part) => part.admitted) ? parts : []
  const left = charged.map((part) => part.definitions.map(({ limit }, at) => owedBy(limit.algorithm, part.costs[at])))
  return {
    readings,
    async refund(places, costs) {
      const sent = charged.map((part, index) => {
        const own = left[index] as number[]
        const back = own.map((most, at) => {
          const place = part.placeOf(at)
          const asked = places === undefined ? place : places.indexOf(place)
          if (asked < 0) return 0
          return Math.max(0, Math.min(most, costs?.[asked] ?? most))
        })
        for (const [at, cost] of back.entries()) own[at] = (own[at] as number) - cost
        return back.some((cost) => cost > 0) ? store.aside(part.refund(back, false)) : undefined
      })
      await Promise.all(sent)
    },
  }
}

/** A penalty is charged nothing. */
function owedBy(algorithm: string, cost: number | undefined): number {
  return algorithm === 'penalty' ? 0 : (cost ?? 0)
}
