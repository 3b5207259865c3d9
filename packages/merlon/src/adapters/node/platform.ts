import { randomBytes, randomUUID } from 'node:crypto'
import * as zlib from 'node:zlib'
import type { ContentEncoding } from '../../contract/body.ts'
import type { Platform } from '../../contract/platform.ts'

const ENCODINGS: readonly ContentEncoding[] =
  // zstd came with Node 22.15.
  'createZstdDecompress' in zlib ? ['gzip', 'deflate', 'br', 'zstd'] : ['gzip', 'deflate', 'br']

export const nodePlatform: Platform = {
  name: 'node',
  now: () => performance.now(),
  wall: () => Date.now(),
  id: () => randomUUID(),
  randomBytes: (count) => randomBytes(count),
  encodings: ENCODINGS,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}
