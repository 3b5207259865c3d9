/** Hosts that every case runs on. */
export const hostNames = ['express5', 'express4', 'node', 'workerd', 'gateway'] as const

export type HostName = (typeof hostNames)[number]

/** Host and reason. */
export type Reasons = Readonly<Partial<Record<HostName, string>>>

export type Pair = readonly [name: string, value: string]

/** What one request sends after its headers. */
export type BodySource =
  | string
  | { readonly json: unknown }
  | { readonly base64: string }
  | { readonly repeat: string; readonly times: number }
  | { readonly concat: readonly BodySource[] }
  | { readonly gzip: BodySource }
  | { readonly deflate: BodySource }
  | { readonly br: BodySource }

/** What the app under test does instead of an echo. */
export interface AppOrder {
  readonly status?: number
  readonly headers?: readonly Pair[]
  readonly body?: string
  /** Uses the nonce that the guard offers, and tells it in `X-Nonce`. */
  readonly nonce?: boolean
  /** Gives back what limits took, of one name or of all. */
  readonly refund?: string | true
  /** Charges what it has found out: an amount, and whose limit. */
  readonly charge?: readonly [amount: number, name: string]
  /** Milliseconds that it waits for, before it answers or throws. */
  readonly delay?: number
  /** Begins an answer, and never goes on. */
  readonly stall?: boolean
  readonly throw?: 'error' | 'reject' | 'string' | 'undefined' | 'http-error' | 'problem' | 'late'
  /** Headers that the thrown error carries, as those of http-errors do. */
  readonly errorHeaders?: Readonly<Record<string, string>>
  readonly problem?: {
    readonly code: string
    readonly detail?: string
    readonly type?: string
    readonly title?: string
    readonly members?: Readonly<Record<string, unknown>>
    readonly headers?: Readonly<Record<string, string>>
  }
}

export interface RequestCase {
  readonly method?: string
  readonly path?: string
  readonly headers?: readonly Pair[]
  /** Null: no Host header. */
  readonly host?: string | null
  readonly body?: BodySource
  /** Chunked, in chunks of this many bytes. */
  readonly chunks?: number
  /** The Content-Length that is sent, whatever the body's length. */
  readonly length?: number
  /** The request as it goes over the wire, in place of all the above: lines, joined by CRLF. */
  readonly lines?: readonly string[]
  readonly from?: string
  /** On the connection of the request before. */
  readonly reuse?: boolean
  /** Still under way while those after it are sent: they are when the app has got it. */
  readonly holds?: boolean
  readonly app?: AppOrder
}

/** A value that is expected: itself, a part of it, a pattern, or (null) nothing. */
export type Expected =
  | string
  | number
  | boolean
  | null
  | { readonly matches: string }
  | readonly Expected[]
  | { readonly [key: string]: Expected }

export interface AnswerCase {
  readonly status?: number | readonly number[]
  readonly headers?: Readonly<Record<string, string | { readonly matches: string } | null>>
  readonly problem?: string
  readonly json?: Expected
  readonly body?: string | { readonly matches: string }
  readonly without?: readonly string[]
  readonly handler?: boolean
  readonly seen?: Expected
  readonly logged?: Expected
  readonly closed?: boolean
  readonly cut?: boolean
}

export interface Case {
  readonly name: string
  readonly policy?: object
  readonly env?: Readonly<Record<string, string>>
  readonly send: readonly RequestCase[]
  readonly expect: readonly AnswerCase[]
  readonly only?: Reasons
  readonly except?: Reasons
}

export interface CaseFile {
  readonly about: string
  readonly policy: object
  readonly env?: Readonly<Record<string, string>>
  readonly cases: readonly Case[]
}

/** Why a host does not run a case; undefined where it does. */
export function exceptionOf({ only, except }: Case, host: HostName): string | undefined {
  if (except?.[host] !== undefined) return except[host]
  if (only && only[host] === undefined) return Object.values(only)[0] ?? 'it is for other hosts'
  return undefined
}
