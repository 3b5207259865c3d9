import * as z from 'zod/mini'
import type { Limit } from '../../contract/counters.ts'
import { count, duration, word } from '../../policy/units.ts'
import type { Tell } from './read-limit.ts'

/** When refusals add up to a ban, and how long it lasts. */
export interface WrittenPenalty {
  /** So many refusals. */
  readonly after: number
  /** Within this time. */
  readonly within: string
  /** How long the first ban, the second… lasts; the last one is that of all that follow. */
  readonly ban: string | readonly string[]
  /** Without a refusal for this long after a ban, the next one is a first one again. Default: `1d`. */
  readonly forget?: string
  /** `off` bans nobody. Default: `enforce`. */
  readonly mode?: 'enforce' | 'off'
  /** What a banned client is answered. Default: 429. */
  readonly status?: 429 | 403
}

/** Canonical. */
export interface PenaltyOptions {
  /** The route whose limits it stands beside, alone; `*` for those of every route together. */
  readonly of: string
  readonly after: number
  readonly withinMs: number
  readonly banMs: readonly number[]
  readonly forgetMs: number
  readonly status: 429 | 403
}

const DAY = 86_400_000
const LONGEST = '366d'
const MOST_BANS = 8
const EXPECTED = 'a penalty such as { after: 10, within: "10m", ban: ["1m", "10m", "1h", "1d"] }, or "off"'

export function penalty() {
  const ban = () => duration({ min: '1s', max: LONGEST })
  const bans = z.array(ban()).check(
    z.refine((list) => list.length > 0 && list.length <= MOST_BANS, { error: `one to ${MOST_BANS} durations` }),
    z.refine((list) => list.every((each, at) => at === 0 || each >= (list[at - 1] as number)), {
      error: 'durations that grow, such as ["1m", "10m", "1h"]',
    }),
  )
  return z.strictObject(
    {
      mode: z.optional(word(['enforce', 'off'])),
      after: z.optional(count(1, 10_000)),
      within: z.optional(duration({ min: '1s', max: '1d' })),
      ban: z.optional(bans),
      forget: z.optional(duration({ min: '1m', max: LONGEST })),
      status: z.optional(z.literal([429, 403], { error: '429 or 403' })),
    },
    { error: EXPECTED },
  )
}

export type ReadPenalty = z.output<ReturnType<typeof penalty>>

/** Canonical; undefined where it is off, or where something is missing, which is told. */
export function readPenalty(written: ReadPenalty | undefined, tell: Tell): PenaltyOptions | undefined {
  if (written === undefined || written.mode === 'off') return undefined
  const { after, within, ban, forget = DAY, status = 429 } = written
  if (after === undefined || within === undefined || ban === undefined) {
    tell(['penalty'], EXPECTED, written)
    return undefined
  }
  return { of: '*', after, withinMs: within, banMs: ban, forgetMs: forget, status }
}

/** The limit that a store counts it as. */
export function penaltyLimit({ of, after, withinMs, banMs, forgetMs }: PenaltyOptions): Limit {
  return {
    id: of === '*' ? 'penalty' : `penalty@${of}`,
    name: 'penalty',
    algorithm: 'penalty',
    quota: after,
    windowMs: withinMs,
    burst: after,
    penalty: { after, withinMs, banMs, forgetMs },
    overflowTimes: 16,
  }
}
