import type { MaybePromise } from './verdict.ts'

/** What each secret of the policy is for. */
export const secretNames = ['subjects', 'device', 'pepper', 'tag', 'tokens', 'identity', 'records'] as const

export type SecretName = (typeof secretNames)[number]

/**
 * One secret with its versions: the newest signs, all verify. Its keys are 32 bytes each, derived for this use alone.
 * They are worked out at the first use, as a version may stand in a file.
 */
export interface Secret {
  /** The newest, which signs. */
  readonly version: number
  /** All versions, the newest first. */
  readonly versions: readonly number[]
  /** The newest key, for what is no signature. */
  readonly key: Uint8Array
  /** The key of a version; undefined where there is none. */
  keyOf(version: number): Uint8Array | undefined
  /** HMAC-SHA-256 of the text in UTF-8, 32 bytes, under the newest key. */
  sign(text: string): MaybePromise<Uint8Array>
  /** The version that has made this signature; undefined where none has. Compared in the same time, whatever it holds. */
  verify(text: string, signature: Uint8Array): MaybePromise<number | undefined>
}
