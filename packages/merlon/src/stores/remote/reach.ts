import type { Subject } from '../../contract/counters.ts'
import type { MaybePromise } from '../../contract/verdict.ts'
import type { Link } from './link.ts'
import type { Time } from './time.ts'

/** What the sets of one store need to reach it. */
export interface Reach {
  readonly link: Link
  readonly time: Time
  /** Hands what was admitted without the store to it, where these subjects have something: before they are counted. */
  settleFirst(subjects: readonly Subject[]): void
  /** An operator waits longer, and learns that it failed. */
  operate<T>(call: () => MaybePromise<T>): Promise<T>
  /** Does it when the store is back. */
  later(call: () => MaybePromise<void>): void
}
