import * as z from 'zod/mini'
import { once } from '../../policy/once.ts'
import { count, duration, rate, word } from '../../policy/units.ts'

/** Who goes first when there is not room for all. */
export type Priority = 'critical' | 'high' | 'normal' | 'low'

/** Refuses with 503 while the process cannot keep up. On Node; other runtimes do not show how they are. */
export interface WrittenShed {
  /**
   * How late the event loop's turns may be, measured over at least two turns and 100 ms, so that one long pause sheds
   * nothing. Requests of low priority are shed at half of it, of high at twice. Default `250ms`.
   */
  readonly lag?: string
  /**
   * How much of the memory that the process may have can be in use, as a share of 1: of the JavaScript heap, or of what
   * the container allows, whichever is nearer to its end. Default 0.95; low priority gives way 0.05 earlier.
   */
  readonly memory?: number
}

/** Slows a client down, past a rate, in place of refusing it. */
export interface WrittenDelay {
  /** What passes without delay: `50/15m`. There is no default. */
  readonly after: string
  /** What each request past that waits more than the one before it. Default `500ms`. */
  readonly step?: string
  /** What a request waits at the most. Default `10s`, and never past the request's deadline. */
  readonly most?: string
  /** How many requests may wait at once in this process; more are 429. A tenth of them may be one client's. Default 100. */
  readonly queue?: number
}

/** How many requests are worked on at once. */
export interface WrittenConcurrency {
  /** Of one client: of the principal, where one is recognised, else of the address. Default: as many as it likes. */
  readonly client?: number | false
  /**
   * Of all clients. A number counts wherever the counters count: in this process, or in all that share a store.
   * `adaptive` finds the number by itself, for this process alone, from how long answers take: it falls when they get
   * slower and grows while they do not (Gradient2 of Netflix' concurrency-limits). Default: as many as come.
   */
  readonly all?: number | 'adaptive' | false
  /** After this long the place of a request whose process died is free again. Default `1m`. */
  readonly lease?: string
}

/** What happens to requests when they are too many at once, however few each client sends. */
export interface LoadOptions {
  /** `observe` reports what would be shed, delayed or refused, and does none of it. Default `enforce`. */
  readonly mode?: 'enforce' | 'observe' | 'off'
  /**
   * `critical` is never shed and takes its place even where there is none left; `high` is shed last; `low` is shed
   * first, and may have half of the places of `concurrency.all` where `normal` may have nine tenths. Default `normal`.
   */
  readonly priority?: Priority
  /** Refuses with 503 while the process cannot keep up; `off` lets it drown. */
  readonly shed?: WrittenShed | false
  /** Slows a client down past a rate: `50/15m`, or settings. Default `off`. */
  readonly delay?: WrittenDelay | string | false
  /** How many requests are worked on at once: a number for each client, `adaptive`, or settings. Default `off`. */
  readonly concurrency?: WrittenConcurrency | number | 'adaptive' | false
}

/** All that may stand under `load`. */
export type LoadWritten = LoadOptions | string | false

export interface Delay {
  readonly quota: number
  readonly windowMs: number
  readonly stepMs: number
  readonly maxMs: number
  readonly queue: number
  /** The route that it counts for alone; `*` for the policy's own. */
  readonly of: string
}

export interface Concurrency {
  readonly client: number | 'off'
  readonly all: number | 'adaptive' | 'off'
  readonly leaseMs: number
  readonly of: string
}

/** The canonical section. */
export interface Load {
  readonly mode: 'enforce' | 'observe' | 'off'
  readonly priority: Priority
  readonly shed: { readonly lagMs: number; readonly memory: number } | 'off'
  readonly delay: Delay | 'off'
  readonly concurrency: Concurrency | 'off'
}

/** The last to be shed stands first. */
export const PRIORITIES = ['critical', 'high', 'normal', 'low'] as const

const MOST = 1_000_000
const SHARE = 'a share of the memory between 0.5 and 1, such as 0.9'
const SHED = '"off", or settings such as { lag: "250ms", memory: 0.95 }'
const DELAY = 'a rate such as "50/15m", settings such as { after: "50/15m", step: "500ms" }, or "off"'
const CONCURRENCY = 'a number for each client, "adaptive", settings such as { client: 20, all: 500 }, or "off"'
const PLACES = `a whole number from 1 to ${MOST}, or "off"`
const ALL_PLACES = `a whole number from 1 to ${MOST}, "adaptive", or "off"`
const SECTION = '"off", "observe", or settings such as { concurrency: { client: 20 } }'

const off = () => z.literal('off')

function written() {
  const places = count(1, MOST)
  return z.strictObject(
    {
      mode: z._default(word(['enforce', 'observe', 'off']), 'enforce'),
      priority: z._default(word(PRIORITIES), 'normal'),
      shed: z.prefault(
        z.union(
          [
            off(),
            z.strictObject({
              lag: z.prefault(duration({ min: '20ms', max: '10s' }), '250ms'),
              memory: z._default(z.number({ error: SHARE }).check(z.gte(0.5, SHARE), z.lte(1, SHARE)), 0.95),
            }),
          ],
          { error: SHED },
        ),
        {},
      ),
      delay: z._default(
        z.union(
          [
            off(),
            z.strictObject({
              after: rate(),
              step: z.prefault(duration({ min: '1ms', max: '1m' }), '500ms'),
              most: z.prefault(duration({ min: '1ms', max: '5m' }), '10s'),
              queue: z._default(count(1, MOST), 100),
            }),
          ],
          { error: DELAY },
        ),
        'off',
      ),
      concurrency: z._default(
        z.union(
          [
            off(),
            z.strictObject({
              client: z._default(z.union([off(), places], { error: PLACES }), 'off'),
              all: z._default(z.union([off(), z.literal('adaptive'), places], { error: ALL_PLACES }), 'off'),
              lease: z.prefault(duration({ min: '1s', max: '1d' }), '1m'),
            }),
          ],
          { error: CONCURRENCY },
        ),
        'off',
      ),
    },
    { error: SECTION },
  )
}

type Written = z.output<ReturnType<typeof written>>

export const schema = once((): z.ZodMiniType<Load> => z.pipe(written(), z.transform(canonical)))

function canonical({ mode, priority, shed, delay, concurrency }: Written): Load {
  return {
    mode,
    priority,
    shed: shed === 'off' ? 'off' : { lagMs: shed.lag, memory: shed.memory },
    delay:
      delay === 'off' ? 'off' : { ...delay.after, stepMs: delay.step, maxMs: delay.most, queue: delay.queue, of: '*' },
    concurrency: canonicalConcurrency(concurrency),
  }
}

function canonicalConcurrency(written: Written['concurrency']): Concurrency | 'off' {
  if (written === 'off' || (written.client === 'off' && written.all === 'off')) return 'off'
  return { client: written.client, all: written.all, leaseMs: written.lease, of: '*' }
}

const PARTS = ['shed', 'delay', 'concurrency'] as const

export function desugar(written: unknown): unknown {
  if (written === false || written === 'off') return { mode: 'off' }
  if (written === 'observe' || written === 'enforce') return { mode: written }
  if (typeof written !== 'object' || written === null) return written
  const section: Record<string, unknown> = { ...written }
  for (const part of PARTS) if (Object.hasOwn(section, part)) section[part] = desugarPart(part, section[part])
  return section
}

function desugarPart(part: (typeof PARTS)[number], written: unknown): unknown {
  if (written === false) return 'off'
  if (written === 'off') return written
  if (part === 'delay') return typeof written === 'string' ? { after: written } : written
  if (part === 'shed') return written
  if (typeof written === 'number') return { client: written }
  if (written === 'adaptive') return { all: written }
  if (typeof written !== 'object' || written === null) return written
  return Object.fromEntries(
    Object.entries(written).map(([key, value]) => [key, value === false && key !== 'lease' ? 'off' : value]),
  )
}
