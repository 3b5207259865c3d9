import type { Log } from '../contract/log.ts'
import type { GuardEvents, Listener } from './events.ts'
import type { Guard } from './guard.ts'

/** What every host's guard has beside its own way in. */
export interface GuardHandle {
  /** Where the guard writes, for what stands beside it. */
  readonly log: Log
  /** Calls the listener at each event of the name; gives the function that removes it. */
  on<K extends keyof GuardEvents>(name: K, listener: Listener<K>): () => void
}

export function handleOf(guard: Guard): GuardHandle {
  return { log: guard.log, on: (name, listener) => guard.on(name, listener) }
}
