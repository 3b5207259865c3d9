export const LEAST_BYTES = 32

/** What follows the word "expected", and says how one is made. */
export const SECRET = 'a random secret of at least 32 bytes in hex or base64, made by: openssl rand -base64 32'

const HEX = /^(?:[0-9a-f]{2})+$/i
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/

/** Of 32 random bytes fewer than this are different once in 10¹⁴ times; of what somebody has typed, often. */
const LEAST_DIFFERENT = 16

/**
 * The bytes of a secret, undefined where it is none: too short, or nothing that was drawn at random. A passphrase cannot
 * be told from one for certain; what is all small letters, or the same over and over, can.
 */
export function secretBytes(text: string): Uint8Array | undefined {
  const bare = text.trim()
  const bytes = HEX.test(bare) ? fromHex(bare) : isMixed(bare) ? fromBase64(bare) : undefined
  if (bytes === undefined || bytes.length < LEAST_BYTES) return undefined
  return new Set(bytes).size < LEAST_DIFFERENT ? undefined : bytes
}

/** 43 random characters without a capital, or without a small letter, come once in a thousand million times. */
function isMixed(text: string): boolean {
  return BASE64.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text)
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(at * 2, at * 2 + 2), 16))
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, ''))
    return Uint8Array.from(plain, (char) => char.charCodeAt(0))
  } catch {
    // A length that no bytes have.
    return undefined
  }
}
