import type { Log } from '../contract/log.ts'
import type { LimitsDesk } from './desk.ts'
import type { GuardEvents, Listener } from './events.ts'
import type { Guard } from './guard.ts'

/** What every host's guard has beside its own way in. */
export interface GuardHandle {
  /** Where the guard writes, for what stands beside it. */
  readonly log: Log
  /** Calls the listener at each event of the name; gives the function that removes it. */
  on<K extends keyof GuardEvents>(name: K, listener: Listener<K>): () => void
  /** Limits for operators: how a client stands, resets, bans, rates of single principals. */
  readonly limits: LimitsDesk
  /**
   * Has the store in which limits count connect, and reads secrets that stand in files; else the first request does.
   *
   * @throws where a secret cannot be read, or the store says so
   */
  ready(): Promise<void>
  /** Ends what the store began. Connections that you have made yourself stay open. */
  close(): Promise<void>
}

export function handleOf(guard: Guard): GuardHandle {
  const { log, ready, close } = guard
  return {
    log,
    on: (name, listener) => guard.on(name, listener),
    limits: guard.desk,
    ready,
    close,
  }
}
