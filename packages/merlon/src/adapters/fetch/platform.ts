import type { Platform } from '../../contract/platform.ts'

/** Workers, Deno, Bun, browsers' service workers, and Node's own fetch objects. */
export const webPlatform: Platform = {
  name: 'web',
  now: () => performance.now(),
  wall: () => Date.now(),
  id: () => crypto.randomUUID(),
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  // What DecompressionStream knows by name everywhere (Compression Standard §6).
  encodings: ['gzip', 'deflate'],
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}
