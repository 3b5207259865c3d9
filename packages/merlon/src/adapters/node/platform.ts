import type { ContentEncoding } from '../../contract/body.ts'
import type { Platform } from '../../contract/platform.ts'
import { nodeCrypto } from './crypto.ts'
import { drawId } from './ids.ts'
import { pressure } from './pressure.ts'
import { zlib } from './zlib.ts'

const EVERYWHERE: readonly ContentEncoding[] = ['gzip', 'deflate', 'br']

export const nodePlatform: Platform = {
  name: 'node',
  // Not performance.now(), whose first use loads all of node:perf_hooks.
  now() {
    const [seconds, nanoseconds] = process.hrtime()
    return seconds * 1000 + nanoseconds / 1e6
  },
  wall: () => Date.now(),
  id: drawId,
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  sha256: (data) => nodeCrypto().createHash('sha256').update(data).digest(),
  hmac: (key, data) => nodeCrypto().createHmac('sha256', key).update(data).digest(),
  hkdf: (secret, info) => new Uint8Array(nodeCrypto().hkdfSync('sha256', secret, '', info, 32)),
  get encodings(): readonly ContentEncoding[] {
    // It came with Node 22.15.
    return 'createZstdDecompress' in zlib() ? [...EVERYWHERE, 'zstd'] : EVERYWHERE
  },
  sharesTimers: true,
  pressure,
  timer: (ms, call) => {
    const timer = setTimeout(call, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}
