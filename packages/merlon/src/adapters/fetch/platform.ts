import type { Platform } from '../../contract/platform.ts'
import { hkdf } from './hkdf.ts'

/** Its name is told from a compatibility date of 2022 on, the class was there before. */
export const IN_WORKERS =
  (typeof navigator === 'object' && navigator.userAgent === 'Cloudflare-Workers') || 'WebSocketPair' in globalThis

/** Workers, Deno, Bun, browsers' service workers, and Node's own fetch objects. */
export const webPlatform: Platform = {
  name: 'web',
  now: () => performance.now(),
  wall: () => Date.now(),
  id: () => crypto.randomUUID(),
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  sha256: (data) => crypto.subtle.digest('SHA-256', copy(data)).then(bytes),
  hmac: (key, data) => sign(key, data),
  hkdf,
  // What DecompressionStream knows by name everywhere (Compression Standard §6).
  encodings: ['gzip', 'deflate'],
  sharesTimers: !IN_WORKERS,
  timer: (ms, call) => {
    const timer: unknown = setTimeout(call, ms)
    // Deno and Node let go of a process that only waits for it; elsewhere it is a number.
    if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as { unref(): void }).unref()
    return () => clearTimeout(timer as number)
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}

/** By the bytes of the key. The imported keys and not their promises: a promise of one request is not for others. */
const imported = new WeakMap<Uint8Array, CryptoKey>()

async function sign(key: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  let known = imported.get(key)
  if (known === undefined) {
    known = await crypto.subtle.importKey('raw', copy(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    imported.set(key, known)
  }
  return bytes(await crypto.subtle.sign('HMAC', known, copy(data)))
}

const bytes = (buffer: ArrayBuffer) => new Uint8Array(buffer)

/** Web Crypto takes no view of shared memory, and a type cannot tell which one it is. */
const copy = (data: Uint8Array) => new Uint8Array(data)
