import type { RequestLimits } from 'merlon'
import type { AppOrder } from './format.ts'

/** What the app under test saw of one request: what the guard let through. */
export interface Sight {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** Without `?`. */
  readonly query: string
  /** Names in lower case, lines joined. */
  readonly headers: Readonly<Record<string, string>>
  /** The body as text, decompressed; empty where there is none. */
  readonly text: string
  /** The body as the host's own parser gave it: JSON and forms; null for all else. */
  readonly json: unknown
  /** What the schemas of the route made of the request; null where the guard offers nothing. */
  readonly input: unknown
  /** Who was recognised; null for nobody, and where the guard offers nothing. */
  readonly principal: unknown
  /** The client's address, as the guard told the app. */
  readonly client: string
  readonly requestId: string
  readonly secure: boolean
}

/** One line of the guard's log. */
export interface LogLine {
  readonly level: string
  readonly msg: string
  readonly [field: string]: unknown
}

/** How the app is told what to do; hosts pass it on like any other header. */
export const APP_HEADER = 'X-Conformance-App'

/** No answer may hold any of this. */
const SECRET = 'connection to postgres://app:hunter2@db.internal/users refused'

/** What makes problems in the host's own entry of the library. */
export type MakeProblem = (
  code: never,
  options: {
    readonly detail?: string
    readonly type?: string
    readonly title?: string
    readonly members?: Readonly<Record<string, unknown>>
    readonly headers?: Readonly<Record<string, string>>
  },
) => Error

/** How a host's HTTP errors are made: http-errors where the host has it, a plain error with a status elsewhere. */
export type MakeHttpError = (status: number, message: string, more: object) => Error

export function parseOrder(text: string | null | undefined): AppOrder {
  return text ? (JSON.parse(text) as AppOrder) : {}
}

/**
 * What an order has the app throw, made by the host's own means; undefined where it answers. An error is always handed
 * over in a list: one of the things that apps throw is undefined.
 */
export function thrownBy(
  order: AppOrder,
  problem: MakeProblem,
  httpError: MakeHttpError = plainHttpError,
): [error: unknown] | undefined {
  switch (order.throw) {
    case undefined:
    case 'late':
      return undefined
    case 'error':
    case 'reject':
      return [Object.assign(new Error(SECRET), { code: 'ECONNREFUSED', query: 'select * from users' })]
    case 'string':
      return [SECRET]
    case 'undefined':
      return [undefined]
    case 'http-error':
      return [httpError(order.status ?? 500, SECRET, { headers: order.errorHeaders ?? {} })]
    case 'problem': {
      const { code = 'conflict', ...options } = order.problem ?? {}
      return [problem(code as never, options)]
    }
  }
}

const plainHttpError: MakeHttpError = (status, message, more) => Object.assign(new Error(message), { status }, more)

/** Changes what limits have taken, as ordered, by what the guard offers to handlers. */
export function recount({ refund, charge }: AppOrder, limits: RequestLimits | undefined): void {
  if (refund !== undefined) limits?.refund(refund === true ? undefined : refund)
  if (charge !== undefined) limits?.charge(...charge)
}

/** The time that an order has the app take; at once where it has none. No process waits for it. */
export function delayOf({ delay }: AppOrder): Promise<void> | undefined {
  if (delay === undefined) return undefined
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, delay)
    ;(timer as { unref?(): void }).unref?.()
  })
}

/** A log that keeps what it is told, errors spelled out. */
export function openLog() {
  const lines: LogLine[] = []
  const take = (level: string) => (fields: object, msg: string) => {
    lines.push(JSON.parse(JSON.stringify({ ...fields, level, msg }, plain)))
  }
  return { lines, log: { debug: take('debug'), info: take('info'), warn: take('warn'), error: take('error') } }
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error)
    return { type: value.name, message: value.message, stack: value.stack, cause: value.cause }
  return value
}
