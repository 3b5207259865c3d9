import type { Answer } from './answer.ts'
import type { Facts } from './facts.ts'

/** What one phase of limits has charged a request that passed, while it can still be given back. */
export interface Charged {
  /**
   * Gives back what a limit of this name took, or every limit that may give back at all. It is sent once, nobody waits
   * for it, and where it fails the charge stays.
   */
  refund(name?: string): void
  /** The answer leaves: what its outcome does not count is given back, and what it makes known is kept. */
  settle(facts: Facts, answer: Answer): void
}

/** What a handler may change of what its request was charged; names are those of the policy. */
export interface Recount {
  /** @throws RangeError for a name that no limit has, and for one of a limit that counts every request */
  refund(facts: Facts, name: string | undefined): void
  /** @throws RangeError for a name that no limit has, and for an amount that is no whole number from 0 on */
  charge(facts: Facts, amount: number, name: string | undefined): void
}
