import type { Gunzip } from 'node:zlib'
import type { ContentEncoding } from '../../contract/body.ts'
import { zlib } from './zlib.ts'

export type Decompressor = Gunzip

export const DECOMPRESS: Readonly<Record<ContentEncoding, () => Decompressor>> = {
  gzip: () => zlib().createGunzip(),
  deflate: () => zlib().createInflate(),
  br: () => zlib().createBrotliDecompress() as unknown as Decompressor,
  zstd: () => (zlib() as unknown as { createZstdDecompress(): Decompressor }).createZstdDecompress(),
}
