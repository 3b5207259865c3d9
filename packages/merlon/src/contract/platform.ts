import type { ContentEncoding } from './body.ts'
import type { MaybePromise } from './verdict.ts'

/** How a process is. */
export interface Pressure {
  /** How late the turns of its event loop are, in milliseconds. */
  readonly lagMs: number
  /** How much of the memory that it may have is in use, as a share of 1. */
  readonly memory: number
}

/**
 * What a runtime gives. While a guard is built nothing here is called but `hkdf`: a Worker builds it at module scope,
 * where it has neither I/O nor randomness.
 */
export interface Platform {
  readonly name: 'node' | 'web'
  /** Monotonic milliseconds, for durations. */
  now(): number
  /** Wall clock milliseconds since 1970, for dates. */
  wall(): number
  /** A fresh, unguessable id, `[0-9a-f-]{36}`. */
  id(): string
  randomBytes(count: number): Uint8Array
  sha256(data: Uint8Array): MaybePromise<Uint8Array>
  /** HMAC-SHA-256. */
  hmac(key: Uint8Array, data: Uint8Array): MaybePromise<Uint8Array>
  /** HKDF-SHA-256 without salt (RFC 5869): 32 bytes for the use that `info` names; at once in every runtime. */
  hkdf(secret: Uint8Array, info: string): Uint8Array
  /** Content encodings that this runtime can undo. */
  readonly encodings: readonly ContentEncoding[]
  /**
   * Whether a timer that one request has set may act for others. Workers do not allow it: what a request begins ends
   * with it.
   */
  readonly sharesTimers: boolean
  /**
   * How the process is, looked at no more often than is cheap; undefined where the runtime does not show it.
   *
   * @param nowMs monotonic
   */
  readonly pressure?: (nowMs: number) => Pressure
  /** Calls back once, unless the function that it gives is called before; keeps no process alive. */
  timer(ms: number, call: () => void): () => void
  sleep(ms: number): Promise<void>
}
