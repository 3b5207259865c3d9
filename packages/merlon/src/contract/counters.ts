import type { Pulse } from './pulse.ts'
import type { MaybePromise } from './verdict.ts'

/**
 * How a limit counts.
 *
 * - `gcra`: the generic cell rate algorithm; a burst at once, then one unit each W/N.
 * - `sliding-window`: this window's count and the share of the last one that still lies within W.
 * - `fixed-window`: what has been admitted since the window began, which ends with a unit of the calendar.
 * - `strict`: never more than N in any W: the times of the last N, so N is at most 32.
 * - `penalty`: no limit of its own: refuses for a time who was refused too often by the others of its set.
 */
export type Algorithm = 'gcra' | 'sliding-window' | 'fixed-window' | 'strict' | 'penalty'

export type CalendarUnit = 'minute' | 'hour' | 'day' | 'week' | 'month'

/** Which windows a fixed window follows. Without one, windows are counted from 1970 in UTC. */
export interface Calendar {
  readonly unit: CalendarUnit
  /** An IANA name, such as `Europe/Berlin`. */
  readonly zone: string
}

/** What makes a penalty, and how long it lasts. */
export interface PenaltyRule {
  /** Refusals within `withinMs` that make one. */
  readonly after: number
  readonly withinMs: number
  /** How long the first, the second… lasts; the last one is that of all that follow. At least one. */
  readonly banMs: readonly number[]
  /** Without a refusal for this long after a ban, the next one is a first one again. */
  readonly forgetMs: number
}

/** What a limit does while its store does not answer. */
export type OnFailure = 'local' | 'open' | 'closed'

/** One limit, as a store needs to know it. */
export interface Limit {
  /** Unique in the policy: the limit's name, with its route where it belongs to one. Counters are found by it. */
  readonly id: string
  /** What clients read in headers and refusals. */
  readonly name: string
  readonly algorithm: Algorithm
  /** Admitted a window. */
  readonly quota: number
  /** Of a calendar's windows the longest that there is. */
  readonly windowMs: number
  /** Admitted at once, from rest; other algorithms than `gcra` have the quota. */
  readonly burst: number
  /** `fixed-window` alone. */
  readonly calendar?: Calendar | undefined
  /** `penalty` alone. */
  readonly penalty?: PenaltyRule | undefined
  /** What an overflow cell, shared by many subjects, holds: this many times the quota. */
  readonly overflowTimes: number
  /** Whether a charge may be given back: then nobody is refused from memory, and nothing is decided ahead. Default no. */
  readonly refundable?: boolean
  /** Whether it guards a sign-in: counted exactly, by atomic stores alone, and never `open`. Default no. */
  readonly authentication?: boolean
  /** `leased`: a process may take slices of the quota ahead, and decide in memory. Default `exact`. */
  readonly counting?: 'exact' | 'leased'
  /** Default `local`. A store that is always there ignores it. */
  readonly onFailure?: OnFailure
  /** Whom it counts, where one word says it: so that an operator can find whoever is asked about. */
  readonly counts?: 'address' | 'principal' | undefined
}

/** What a counter belongs to. Made once for a client and kept with it. */
export class Subject {
  /** The memory's keyed hash of the key, kept because few subjects come again and again; 0 and 0 until it is known. */
  high = 0
  low = 0
  /** What a shared store calls the subject, kept for the same reason; only the store that made it can read it. */
  name: object | undefined

  constructor(
    /** Typed and length-prefixed, so that no two subjects share one: `a11:192.0.2.10`. */
    readonly key: string,
    /** The network that shares an overflow cell; where undefined, the subject itself does. */
    readonly network: Subject | undefined,
    /**
     * A narrower subject, an account with one client's address, that counts in place of this one where the store
     * remembers it: whoever has signed in from there before is not held up by those who have not.
     */
    readonly known: Subject | undefined = undefined,
  ) {}
}

/** What one limit says after a decision. Times are whole milliseconds, rounded up. */
export interface Reading {
  readonly limit: Limit
  /** Whether this limit alone would admit the request. */
  readonly admits: boolean
  /** What could be admitted right now, in units of cost. */
  readonly remaining: number
  /** Until one unit more than `remaining` could be admitted. */
  readonly nextMs: number
  /** Until this cost would be admitted, or, after it was, would be again; 0 where it is at once. */
  readonly retryMs: number
  /** Until the whole burst is there again; 0 where it is. */
  readonly resetMs: number
  /** How it was decided while the store did not answer; a refusal that is `closed` says nothing of the client: 503. */
  readonly degraded?: OnFailure
}

/** What was charged, and can be given back. */
export interface Reservation {
  readonly readings: Reading[]
  /**
   * Gives back what the limits at these places took, or all of them; in part where `costs` says how much of each. What
   * has been given back is not again. It is sent once: where that fails, the charge stays and decays.
   */
  refund(places?: readonly number[], costs?: readonly number[]): MaybePromise<void>
}

/** Limits that are always decided together, prepared once. */
export interface LimitSet {
  /**
   * Decides all limits at once: every one admits and is charged, or none is. `subjects` and `costs` stand in the order
   * of the limits, one for each; costs are whole and at least 1. The arrays are the caller's and are used again after
   * this call, so a store that answers later copies what it needs before it returns. The readings, in the same order,
   * are the caller's to keep.
   *
   * A penalty refuses whom it has banned; it is charged nothing, and takes note where another limit of the set refuses.
   *
   * @param nowMs monotonic; a store with a clock of its own uses that
   */
  charge(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<Reading[]>
  /** The same, so that it can be given back. Of a refusal there is nothing to give back. */
  reserve(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<Reservation>
  /**
   * Charges what was known too late to be refused: bytes, tokens, operations. A limit may so owe one window more than
   * its burst, and no more. A cost of 0 leaves a limit as it is; penalties are left as they are.
   */
  debit(subjects: readonly Subject[], costs: readonly number[], nowMs: number): MaybePromise<void>
  /** How things stand for a cost of 1; nothing is charged. */
  read(subjects: readonly Subject[], nowMs: number): MaybePromise<Reading[]>
  /** Forgets what these subjects owe, bans included, everywhere. For operators. */
  forget(subjects: readonly Subject[]): MaybePromise<void>
  /** Remembers the `known` subjects of these for a time, so that they count apart. */
  remember(subjects: readonly Subject[], forMs: number, nowMs: number): MaybePromise<void>
}

/** How many at once. */
export interface ConcurrencyLimit {
  readonly id: string
  readonly name: string
  readonly most: number
  /** A lease of a process that died is free again after this long. */
  readonly leaseMs: number
  readonly onFailure?: OnFailure
}

/** A place among those that may run at once. */
export interface Lease {
  /** The name of the limit that has no place left; undefined where every one had. */
  readonly refusedBy: ConcurrencyLimit | undefined
  /** Decided without the store, while that did not answer, and how; a refusal that is `closed` is 503. */
  readonly degraded?: OnFailure
  /** Gives the place back; once, however often it is called. */
  release(): void
}

/** Limits of concurrency that are decided together. */
export interface LeaseSet {
  /** A place in every one of them, or in none. `subjects` stand in the order of the limits. */
  acquire(subjects: readonly Subject[], nowMs: number): MaybePromise<Lease>
}

/** Somebody whom a penalty has banned. */
export interface Ban {
  /** The subject's key. */
  readonly subject: string
  readonly limit: string
  /** On the wall clock: milliseconds since 1970. */
  readonly untilMs: number
  /** How many bans in a row. */
  readonly times: number
}

/** What one principal has otherwise than the policy says. */
export interface Override {
  readonly principal: string
  /** Takes the place of the tier that the principal came with. */
  readonly tier?: string | undefined
  /** By the limits' names. */
  readonly limits?: Readonly<Record<string, { readonly quota: number; readonly windowMs: number }>> | undefined
}

/** Overrides that hold in every process, and without a restart. */
export interface Overrides {
  list(): MaybePromise<readonly Override[]>
  set(override: Override): MaybePromise<void>
  remove(principal: string): MaybePromise<void>
  /** Calls back with all of them at the start and whenever they change; gives a function that ends it. */
  watch(changed: (all: readonly Override[]) => void): () => void
}

/** What a store tells of itself. */
export interface StoreEvent {
  readonly kind: 'store-lost' | 'store-back' | 'store-slow' | 'store-failed'
  readonly store: string
  readonly detail: string
}

/** What a guard gives the store that it counts in; called while it is built, so nothing is opened here. */
export interface StoreHost {
  /** How many processes count there, where the policy says so. */
  readonly instances: number | undefined
  /** For keyed hashes of subjects: 32 bytes that all processes share; undefined where the policy has no secrets. */
  readonly secret: Uint8Array | undefined
  /** The wall clock, in milliseconds since 1970, for a store that has none of its own. */
  readonly wall?: (() => number) | undefined
  tell(event: StoreEvent): void
}

/** Where limits count. */
export interface Counters {
  /** `memory`, `redis`… as logs and metrics call it. */
  readonly name: string
  /** Whether several processes count together here. */
  readonly shared: boolean
  /** Whether a set is decided all or nothing, whoever else counts at the same time. Sign-ins need it. */
  readonly atomic: boolean
  /** Whether it needs `StoreHost.secret` to keep subjects unreadable. */
  readonly needsSecret: boolean
  /** Called while a guard is built: no I/O, no randomness. Sets that name the same limit share its counters. */
  prepare(limits: readonly Limit[]): LimitSet
  /** The same for concurrency. */
  prepareLeases(limits: readonly ConcurrencyLimit[]): LeaseSet
  readonly overrides: Overrides
  bans(): MaybePromise<readonly Ban[]>
  /** Bans a subject by hand, in the penalty of this id. */
  ban(limit: Limit, subject: Subject, forMs: number): MaybePromise<void>
  /** Lifts a ban; the next is a first one again. */
  unban(limit: Limit, subject: Subject): MaybePromise<void>
  /** Forgets everything; for tests and operators. */
  reset(): MaybePromise<void>
  attach?(host: StoreHost): void
  /** Asked every second, and of a lost store more often: it has to be cheap. Who has not asked for 15 s is gone. */
  pulse?(): MaybePromise<Pulse>
  /** Connects, and loads what it decides with. Requests that come before wait no longer than for any answer. */
  ready?(): Promise<void>
  /** Ends what it began: timers, slices taken ahead. Connections that the user made stay open. */
  close?(): Promise<void>
}
