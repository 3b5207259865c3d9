import type { Platform } from '../../contract/platform.ts'

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
