import { sha256 } from './sha256.ts'

const BLOCK = 64

/** HMAC-SHA-256 (RFC 2104). */
export function hmacNow(key: Uint8Array, ...data: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(BLOCK)
  whole.set(key.length > BLOCK ? sha256(key) : key)
  const inner = sha256(
    concat(
      whole.map((byte) => byte ^ 0x36),
      ...data,
    ),
  )
  return sha256(
    concat(
      whole.map((byte) => byte ^ 0x5c),
      inner,
    ),
  )
}

/** HKDF-SHA-256 (RFC 5869) without salt, 32 bytes: extract, and the first block of expand. */
export function hkdf(secret: Uint8Array, info: string): Uint8Array {
  const key = hmacNow(new Uint8Array(32), secret)
  return hmacNow(key, new TextEncoder().encode(info), Uint8Array.of(1))
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
