import type { Refusal } from './verdict.ts'

export type ContentEncoding = 'gzip' | 'deflate' | 'br' | 'zstd'

/** Judges a body while it arrives. The adapter feeds it and stops at the first refusal. */
export interface BodyMeter {
  /** How the body is compressed; the adapter decompresses, and feeds both sides. */
  readonly encoding: ContentEncoding | undefined
  /** How many bytes have come over the wire. */
  readonly received: number
  /** Bytes as they came over the wire. */
  wire(chunk: Uint8Array): Refusal | undefined
  /** The same after decompression; not called where there is none. */
  decoded(chunk: Uint8Array): Refusal | undefined
  /** The body is complete. */
  end(): Refusal | undefined
}

/** A body that the guard has read, whole, decompressed, and within the policy's size. */
export interface Body {
  readonly bytes: Uint8Array
  /** The media type in lower case, without parameters; empty where there is none. */
  readonly type: string
  /**
   * JSON parsed, or a form as an object (a field that is given twice is an array of its values); undefined for other
   * types and for an empty body.
   */
  readonly value: unknown
}
