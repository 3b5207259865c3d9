import type { Guard } from '../../guard/guard.ts'
import type { RequestView } from '../../guard/view.ts'
import type { FetchFacts } from './facts.ts'
import type { Race } from './race.ts'

/** One request under a guard. */
export interface FetchExchange {
  readonly guard: Guard
  readonly facts: FetchFacts
  readonly race: Race
  readonly view: RequestView
  /** That of the guard around this one, if there is one. */
  readonly outer: FetchExchange | undefined
}

/** By the request that a handler was given. One map for all guards, as a request can pass through several. */
const exchanges = new WeakMap<Request, FetchExchange>()

export function exchangeOf(request: Request): FetchExchange | undefined {
  return exchanges.get(request)
}

/** The exchange that this very guard has begun. */
export function exchangeUnder(request: Request, guard: Guard): FetchExchange | undefined {
  for (let each = exchanges.get(request); each; each = each.outer) if (each.guard === guard) return each
  return undefined
}

export function hold(request: Request, exchange: FetchExchange): void {
  exchanges.set(request, exchange)
}
