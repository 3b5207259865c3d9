import type { Ban, Counters, Limit, LimitSet, Overrides, Subject } from '../contract/counters.ts'
import type { Client } from '../contract/facts.ts'
import type { Platform } from '../contract/platform.ts'
import { clientSubject, principalSubject } from '../contract/subject.ts'
import { once } from '../policy/once.ts'
import type { CompiledRoute } from './compile.ts'
import { clientAt } from './peer.ts'

/** How a client, or a principal, stands in one limit. Times are milliseconds from now on. */
export interface Standing {
  /** `general`; with its route where it is that of one: `login-by-address@POST /auth/login`. */
  readonly limit: string
  readonly quota: number
  readonly windowMs: number
  readonly remaining: number
  /** Until the whole quota is there again. */
  readonly resetMs: number
  /** Until one request more is admitted; 0 where it is now. */
  readonly retryMs: number
  /** Whether it stands for a penalty: then `retryMs` is how long the ban lasts. */
  readonly penalty: boolean
}

/**
 * Limits for operators. A client is named by its address, `203.0.113.7`, a principal by its id: `principal:user:42`.
 * What counts by other things, a field of the body or several together, is not found by these names.
 */
export interface LimitsDesk {
  /** @throws TypeError for what is neither an address nor a principal */
  show(client: string): Promise<readonly Standing[]>
  /** Forgets what it owes, bans included, in every process that counts in the same store. */
  reset(client: string): Promise<void>
  /** Who is banned now. */
  bans(): Promise<readonly Ban[]>
  /** @throws TypeError where the policy has no `limits.penalty` to ban by */
  ban(client: string, forMs: number): Promise<void>
  unban(client: string): Promise<void>
  /** Tiers and rates of single principals; they hold at once, in every process. */
  readonly overrides: Overrides
}

export interface DeskParts {
  readonly counters: Counters
  readonly platform: Platform
  readonly routes: readonly CompiledRoute[]
  /** What is said of every route. */
  readonly fallback: CompiledRoute
}

const NO_PENALTY =
  'the policy has no penalty to ban by; write limits: { penalty: { after: 10, within: 10m, ban: [1m, 1h] } }'

/** A subject by its name, and which limits count it. */
interface Named {
  readonly subject: Subject
  readonly counts: 'address' | 'principal'
}

export function openDesk({ counters, platform, routes, fallback }: DeskParts): LimitsDesk {
  const limits = once(() => {
    const all = [fallback, ...routes].flatMap(({ parts }) => parts.get('limits')?.limits ?? [])
    return [...new Map(all.map((limit) => [limit.id, limit])).values()]
  })
  const sets = new Map<string, LimitSet>()
  const setOf = (limit: Limit): LimitSet => {
    const set = sets.get(limit.id) ?? counters.prepare([limit])
    sets.set(limit.id, set)
    return set
  }
  const named = (client: string) => nameOf(client, (address) => clientAt(fallback, address))
  /** Bans are for whoever asks; of the others, those that count just this. */
  const countedBy = ({ counts }: Named) =>
    limits().filter((limit) => limit.algorithm === 'penalty' || limit.counts === counts)
  const penalties = () => {
    const found = limits().filter(({ algorithm }) => algorithm === 'penalty')
    if (found.length === 0) throw new TypeError(NO_PENALTY)
    return found
  }

  return {
    overrides: counters.overrides,
    bans: async () => counters.bans(),
    async show(client) {
      const found = named(client)
      const standings: Standing[] = []
      for (const limit of countedBy(found)) {
        const [reading] = await setOf(limit).read([found.subject], platform.now())
        if (reading === undefined) continue
        const { remaining, resetMs, retryMs } = reading
        const penalty = limit.algorithm === 'penalty'
        if (penalty && reading.admits) continue
        const { id, quota, windowMs } = limit
        standings.push({ limit: id, quota, windowMs, remaining, resetMs, retryMs, penalty })
      }
      return standings
    },
    async reset(client) {
      const found = named(client)
      for (const limit of countedBy(found)) await setOf(limit).forget([found.subject])
    },
    async ban(client, forMs) {
      if (!(Number.isSafeInteger(forMs) && forMs > 0)) {
        throw new TypeError(`expected a time in whole milliseconds, got ${String(forMs)}`)
      }
      const { subject } = named(client)
      for (const limit of penalties()) await counters.ban(limit, subject, forMs)
    },
    async unban(client) {
      const { subject } = named(client)
      for (const limit of penalties()) await counters.unban(limit, subject)
    },
  }
}

const PRINCIPAL = 'principal:'

function nameOf(name: string, clientOf: (address: string) => Client): Named {
  if (name.startsWith(PRINCIPAL) && name.length > PRINCIPAL.length) {
    return { subject: principalSubject({ id: name.slice(PRINCIPAL.length) }), counts: 'principal' }
  }
  const client = clientOf(name)
  if (client.address !== '') return { subject: clientSubject(client), counts: 'address' }
  throw new TypeError(
    `expected an address such as "203.0.113.7", or "principal:" and an id, got ${JSON.stringify(name.slice(0, 100))}`,
  )
}
