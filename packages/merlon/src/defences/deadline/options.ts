import * as z from 'zod/mini'
import { once } from '../../policy/once.ts'
import { duration, word } from '../../policy/units.ts'

/** `deadline` in the policy: how long a request may take, from its first byte to the last byte of its answer. */
export interface DeadlineOptions {
  /** `off` sets no time at all, and the signal is aborted only when the client goes away. Default `enforce`. */
  readonly mode?: 'enforce' | 'off'
  /**
   * The whole request: its body, the handler, the answer. Default `30s`, at most `1d`. A body that is not there by then:
   * 408 `request-timeout`. A handler that has not answered: 503 `deadline-exceeded`, in the gateway 504
   * `gateway-timeout`. An answer that has begun is broken off.
   */
  readonly total?: string
  /**
   * For the head of a request to be complete. It acts where the server is made with it: in the gateway, and in
   * `createServer(guard.serverOptions, …)`. Default `10s`. Not in a route, which is only known by the head.
   */
  readonly headers?: string
  /** For the whole body to come. Default: a third of `total`. Later: 408 `request-timeout`. */
  readonly body?: string
  /** Without any byte of the body. Default `10s`. Longer: 408 `request-timeout`. */
  readonly idle?: string
  /**
   * For the handler to begin its answer, from its turn on and with the body there. Default: what is left of `total`.
   * Longer: 503 `deadline-exceeded`, in the gateway 504 `gateway-timeout`.
   */
  readonly handler?: string
  /**
   * How long an answer may take once it has begun. `total` leaves it what is left of that; a duration counts from its
   * beginning and takes the place of `total`; `off` is for answers that go on for as long as somebody listens, such as
   * server-sent events. Default `total`.
   */
  readonly answer?: 'total' | 'off' | string
}

/** All that may stand under `deadline`; `10s` stands for `{ total: 10s }`. */
export type DeadlineWritten = DeadlineOptions | string | false

/** The canonical section. */
export interface Deadline {
  readonly mode: 'enforce' | 'off'
  readonly totalMs: number
  readonly headersMs: number
  readonly bodyMs: number
  readonly idleMs: number
  readonly handlerMs: number
  readonly answerMs: number | 'total' | 'off'
}

const RANGE = { min: '10ms', max: '1d' }

const ANSWER = '"total", "off", or a duration such as "5m"'

function written() {
  return z.strictObject(
    {
      mode: z._default(word(['enforce', 'off']), 'enforce'),
      total: z.prefault(duration(RANGE), '30s'),
      headers: z.prefault(duration(RANGE), '10s'),
      body: z.optional(duration(RANGE)),
      idle: z.prefault(duration(RANGE), '10s'),
      handler: z.optional(duration(RANGE)),
      answer: z._default(z.union([word(['total', 'off']), duration(RANGE)], { error: ANSWER }), 'total'),
    },
    { error: 'a duration such as "30s", settings such as { total: "30s", body: "10s" }, or "off"' },
  )
}

type Written = z.output<ReturnType<typeof written>>

export const schema = once((): z.ZodMiniType<Deadline> => z.pipe(written(), z.transform(canonical)))

function canonical({ mode, total, headers, body, idle, handler, answer }: Written): Deadline {
  return {
    mode,
    totalMs: total,
    headersMs: headers,
    bodyMs: Math.min(body ?? Math.ceil(total / 3), total),
    idleMs: idle,
    handlerMs: Math.min(handler ?? total, total),
    answerMs: answer as Deadline['answerMs'],
  }
}

export function desugar(written: unknown): unknown {
  if (written === false) return { mode: 'off' }
  // What may be observed elsewhere is named here too, so that the mistake is about the mode and not about a duration.
  if (written === 'off' || written === 'enforce' || written === 'observe') return { mode: written }
  return typeof written === 'string' ? { total: written } : written
}

/** What is shorter of both. */
export function fold(base: Deadline, route: Deadline): Deadline {
  if (base.mode === 'off') return route
  if (route.mode === 'off') return base
  return {
    mode: 'enforce',
    totalMs: Math.min(base.totalMs, route.totalMs),
    headersMs: Math.min(base.headersMs, route.headersMs),
    bodyMs: Math.min(base.bodyMs, route.bodyMs),
    idleMs: Math.min(base.idleMs, route.idleMs),
    handlerMs: Math.min(base.handlerMs, route.handlerMs),
    answerMs: shorter(base.answerMs, route.answerMs),
  }
}

function shorter(a: Deadline['answerMs'], b: Deadline['answerMs']): Deadline['answerMs'] {
  if (a === 'total' || b === 'total') return 'total'
  if (a === 'off') return b
  return b === 'off' ? a : Math.min(a, b)
}
